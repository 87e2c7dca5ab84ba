namespace ImageInsight.Web.Components.Image;

/// <summary>Shows another place of the image, and keeps the address bar in step.</summary>
public interface IImageNavigator
{
    Task GoAsync(ImageLocation location);

    /// <summary>Scrolls to the treemap.</summary>
    Task RevealMapAsync();

    /// <summary>Scrolls to a finding of the list and puts the focus on it.</summary>
    Task RevealFindingAsync(string id);
}
