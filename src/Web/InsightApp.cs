using System.Data.Common;
using System.Reflection;
using ImageInsight.Data;
using ImageInsight.Data.Queue;
using ImageInsight.Web.Access;
using ImageInsight.Web.Api;
using ImageInsight.Web.Components;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Opening;
using ImageInsight.Web.Orders;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Pushes;
using ImageInsight.Web.Reading;
using ImageInsight.Web.Registries;
using ImageInsight.Web.Spool;
using ImageInsight.Web.Viewing;

namespace ImageInsight.Web;

/// <summary>The program. Tests build it with the same method and a port of their own.</summary>
public static partial class InsightApp
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Contains("--health"))
            return await HealthVerb.RunAsync(args.Where(a => a != "--health").ToArray());
        try
        {
            await using var app = Build(args);
            if (!IsDocumentBuild)
                await PrepareAsync(app);
            await app.RunAsync();
            return 0;
        }
        catch (OperationCanceledException)
        {
            // Told to stop before it was up.
            return 0;
        }
        catch (SettingException e)
        {
            await Console.Error.WriteLineAsync("ImageInsight cannot start: " + e.Message);
            return 1;
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync(
                "ImageInsight cannot start: " + e.Message + " Choose another address with --urls.");
            return 1;
        }
    }

    /// <summary>The build starts the program once to write its OpenAPI document; that must touch no database.</summary>
    private static bool IsDocumentBuild => Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = ContentRoot(),
            // Else that of whoever starts it, such as a test.
            ApplicationName = typeof(InsightApp).Assembly.GetName().Name,
        });
        // Without this a stock Blazor app serves its scripts only after a publish.
        builder.WebHost.UseStaticWebAssets();
        // Else `dotnet run` packs each asset anew at every request, without compressing it.
        builder.Configuration["ReloadStaticAssetsAtRuntime"] ??= "false";
        var settings = InsightSettings.Read(builder.Configuration, builder.Environment.ContentRootPath);
        Listening.Configure(builder, settings);
        builder.Services.AddSingleton(settings);
        builder.Services.AddInsightData(
            settings.Postgres, settings.SqliteFile, settings.LayerCacheBytes, settings.MaxIdleTransaction);
        builder.Services.Configure<QueueOptions>(o => o.Lease = settings.Lease);
        builder.Services.AddInsightTelemetry();
        builder.Services.AddInsightStopping();
        builder.Services.AddInsightSpool(sweep: !IsDocumentBuild);
        builder.Services.AddInsightRegistries(settings);
        builder.Services.AddInsightOrders(watch: settings.WorkerEnabled && !IsDocumentBuild);
        builder.Services.AddInsightPushes();
        builder.Services.AddInsightViewing();
        builder.Services.AddSingleton<Origins>();
        builder.Services.AddInsightReading(work: settings.WorkerEnabled && !IsDocumentBuild);
        builder.Services.AddInsightAccess(settings);
        builder.Services.AddInsightApi();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();

        var app = builder.Build();
        app.UseInsightHeaders();
        app.UseInsightProblems();
        app.UseRouting();
        app.UseInsightStatusPages();
        // Again: a page that is shown instead of another is routed anew; what has its endpoint passes.
        app.UseRouting();
        app.UseInsightAccess(settings);
        app.RefuseNulCharacters();
        app.UseAntiforgery();
        // They hold nothing of any image.
        app.MapStaticAssets().AllowAnonymous();
        app.MapInsightApi();
        app.MapInsightHealth();
        app.MapPushes();
        app.MapSignIn();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode().MarkPages();
        return app;
    }

    /// <summary>
    /// The project's folder under `dotnet run`; where the program lies when it is started from anywhere else.
    /// </summary>
    private static string ContentRoot() =>
        File.Exists(Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json")) ? Directory.GetCurrentDirectory()
            : AppContext.BaseDirectory;

    /// <summary>Brings the database up to date and says where everything is.</summary>
    public static async Task PrepareAsync(WebApplication app)
    {
        var settings = app.Services.GetRequiredService<InsightSettings>();
        settings.MakeFolders();
        try
        {
            await app.Services.MigrateInsightAsync(app.Lifetime.ApplicationStopping);
        }
        catch (Exception e) when (e is DbException or System.Net.Sockets.SocketException)
        {
            var key = settings.Postgres is null ? "Insight__DataDirectory" : "ConnectionStrings__Insight";
            throw new SettingException($"{key}: the database ({settings.DatabaseText}) cannot be used. {e.Message}");
        }

        app.Lifetime.ApplicationStarted.Register(() => LogStarted(
            app.Logger,
            settings.DataDirectory,
            settings.DatabaseText,
            settings.WebEnabled ? string.Join(", ", app.Urls) : "nothing (Insight__Web__Enabled is false)",
            settings.WorkerEnabled ? "on" : "off"));
    }

    [LoggerMessage(LogLevel.Information,
        "ImageInsight is ready.\n  open      {Urls}\n  data      {DataDirectory}\n  database  {Database}\n  worker    "
            + "{Worker}")]
    private static partial void LogStarted(
        ILogger logger, string dataDirectory, string database, string urls, string worker);
}
