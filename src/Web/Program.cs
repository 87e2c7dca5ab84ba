using ImageInsight.Web;

return await InsightApp.RunAsync(args);
