using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// The one client for all outbound traffic: guarded connections, no proxy, no cookies, no redirects, retries with a
/// bound.
/// </summary>
public sealed class RegistryHttp : IDisposable
{
    private static readonly HttpStatusCode[] Transient =
    [
        HttpStatusCode.RequestTimeout, HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError,
        HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout,
    ];

    private readonly HttpClient client;
    private readonly TimeProvider time;

    public RegistryHttp(RegistryOptions options, TimeProvider time)
        : this(options, time, new GuardedConnector(options.Allow))
    {
    }

    internal RegistryHttp(RegistryOptions options, TimeProvider time, GuardedConnector connector)
    {
        Options = options;
        this.time = time;
        var sockets = new SocketsHttpHandler
        {
            ConnectCallback = connector.ConnectAsync,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            // A name is resolved and checked anew from time to time.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
            ActivityHeadersPropagator = null,
        };
        client = new HttpClient(new ResilienceHandler(Pipeline(options, time)) { InnerHandler = sockets })
        {
            Timeout = Timeout.InfiniteTimeSpan
        };
    }

    public RegistryOptions Options { get; }

    internal TimeProvider Time => time;

    public void Dispose() => client.Dispose();

    /// <summary>
    /// The answer once its headers are there; its body is the caller's. Failures to get one are errors for people.
    /// </summary>
    /// <param name="host">What the message calls the other side.</param>
    internal async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, string host, CancellationToken cancellationToken)
    {
        request.Headers.UserAgent.ParseAdd("ImageInsight/1");
        request.Headers.AcceptEncoding.ParseAdd("identity");
        try
        {
            return await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is BlockedAddressException blocked)
        {
            throw new ImageException(
                ImageErrors.AddressBlocked, blocked.Message, e)
            { Option = nameof(RegistryOptions.Allow) };
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException or IOException)
        {
            throw new ImageException(ImageErrors.RegistryUnreachable, $"'{host}' cannot be reached: {WhyNot(e)}", e)
            {
                Option = IsTlsFailure(e) ? nameof(RegistryOptions.Insecure) : null,
            };
        }
    }

    private static string WhyNot(Exception e) => e switch
    {
        TimeoutRejectedException => "it does not answer.",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } or
        {
            InnerException: SocketException
            {
                SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
            }
        }
            => "there is no such host.",
        { InnerException: SocketException s } => $"{Sentence(s.Message)}",
        _ when IsTlsFailure(e) => "it offers no TLS that is trusted. A registry with plain http must be listed as one.",
        _ => "the connection broke off.",
    };

    private static bool IsTlsFailure(Exception e) =>
        e is HttpRequestException
        {
            HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: not SocketException
        };

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(RegistryOptions options, TimeProvider time) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = options.MaxRetries,
                ShouldHandle = a => ValueTask.FromResult(IsWorthARetry(a, options, time)),
                DelayGenerator = a => ValueTask.FromResult<TimeSpan?>(
                    Delay(a.Outcome.Result, a.AttemptNumber, options, time)),
            })
            .AddTimeout(options.AnswerTimeout)
            .Build();

    private static bool IsWorthARetry(
        RetryPredicateArguments<HttpResponseMessage> args, RegistryOptions options, TimeProvider time) =>
        args.Outcome switch
        {
            { Exception: HttpRequestException { InnerException: BlockedAddressException } } => false,
            {
                Exception: HttpRequestException
                {
                    HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
                }
            } =>
                false,
            // Nobody listens: it may be restarting, but somebody is waiting for the answer.
            { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } } =>
                args.AttemptNumber < 1,
            { Exception: HttpRequestException or IOException or TimeoutRejectedException } => args.AttemptNumber < 2,
            { Result: { } answer } => Array.IndexOf(Transient, answer.StatusCode) >= 0
                && Delay(answer, args.AttemptNumber, options, time) <= options.MaxRetryDelay,
            _ => false,
        };

    /// <summary>What the registry asks for, in seconds or as a date; else doubled from try to try.</summary>
    private static TimeSpan Delay(HttpResponseMessage? answer, int attempt, RegistryOptions options, TimeProvider time)
    {
        var asked = answer?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        if (asked is { } wait)
            return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
        var doubled = options.RetryDelay * Math.Pow(2, attempt);
        return doubled < options.MaxRetryDelay ? doubled : options.MaxRetryDelay;
    }
}
