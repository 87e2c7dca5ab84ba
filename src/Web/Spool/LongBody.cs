using ImageInsight.Web.Configuration;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ImageInsight.Web.Spool;

/// <summary>Requests that bring gigabytes, at their own pace, until the service stops.</summary>
internal sealed class LongBody(InsightSettings settings, BodyCut cut)
{
    /// <returns>Cancelled, it ends a read that waits for the body.</returns>
    public CancellationTokenSource Allow(HttpContext context)
    {
        // A length that is stated is refused before a byte is read.
        if (context.Request.ContentLength > settings.MaxUploadBytes)
            throw UploadException.TooLarge(settings.MaxUploadBytes);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        // `docker save` may think for a minute before it sends.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        return cut.Attach(context);
    }
}
