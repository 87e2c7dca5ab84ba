namespace ImageInsight.Data.Rows;

/// <summary>The numbers are stored; never renumber them.</summary>
public enum AnalysisState : byte
{
    Queued = 0,
    Running = 1,
    Done = 2,
    Failed = 3,

    /// <summary>Its bytes still arrive: no worker claims it.</summary>
    Receiving = 4,
}
