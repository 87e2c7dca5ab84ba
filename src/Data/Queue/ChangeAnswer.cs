namespace ImageInsight.Data.Queue;

public enum ChangeAnswer
{
    Done,
    NotFound,

    /// <summary>Not in a state in which this can be asked.</summary>
    WrongState,

    /// <summary>The uploaded bytes are no longer kept.</summary>
    BytesGone,

    /// <summary>Its login was for one pull alone and is deleted.</summary>
    CredentialGone,
}
