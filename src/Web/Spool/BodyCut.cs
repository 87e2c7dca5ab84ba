using ImageInsight.Web.Configuration;

namespace ImageInsight.Web.Spool;

/// <summary>Ends the bodies that still arrive when the service has been told to stop for a while.</summary>
internal sealed class BodyCut : IDisposable
{
    private readonly CancellationTokenSource cut = new();

    public BodyCut(IHostApplicationLifetime lifetime) =>
        lifetime.ApplicationStopping.Register(() => cut.CancelAfter(Stopping.Grace));

    /// <summary>From now on the request's body is one that can be cut.</summary>
    /// <returns>Cancelled, it ends a read that waits for this body.</returns>
    public CancellationTokenSource Attach(HttpContext context)
    {
        var ended = CancellationTokenSource.CreateLinkedTokenSource(cut.Token, context.RequestAborted);
        context.Response.RegisterForDispose(ended);
        context.Request.Body = new CuttableBody(context.Request.Body, cut.Token, ended.Token);
        return ended;
    }

    public void Dispose() => cut.Dispose();
}
