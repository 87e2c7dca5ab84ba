namespace ImageInsight.Analysis.Findings.Caches;

/// <summary>Browsers and models that a program may need at run time, or that only its tests downloaded.</summary>
internal sealed class RuntimeDownloadsRule : IFindingRule
{
    public const string RuleId = "runtime-downloads";

    private const long Smallest = 100_000;

    private static readonly PathGroup[] Groups =
    [
        new(
            "browsers",
            "Downloaded browsers",
            Confidence.Maybe,
            [
                "~/.cache/ms-playwright/*", "$PLAYWRIGHT_BROWSERS_PATH/*", "~/.cache/puppeteer/*",
                "$PUPPETEER_CACHE_DIR/*", "~/.cache/Cypress/*", "$CYPRESS_CACHE_FOLDER/*", "~/.cache/electron/*",
                "$ELECTRON_CACHE/*", "**/playwright-core/.local-browsers/*", "**/puppeteer/.local-chromium/*",
                "**/node_modules/.cache/puppeteer/*", "**/node_modules/.cache/ms-playwright/*",
                "**/node_modules/.cache/Cypress/*",
            ],
            "Only tests and scrapers need them. Where only the tests do, install without: PUPPETEER_SKIP_DOWNLOAD, "
                + "CYPRESS_INSTALL_BINARY=0, or no dev dependencies.",
            "ENV PUPPETEER_SKIP_DOWNLOAD=1 CYPRESS_INSTALL_BINARY=0\nRUN npm ci --omit=dev"),
        new(
            "models",
            "Downloaded models",
            Confidence.Maybe,
            [
                "~/.cache/huggingface/*", "$HF_HOME/*", "$HF_HUB_CACHE/*", "$HUGGINGFACE_HUB_CACHE/*",
                "$TRANSFORMERS_CACHE/*", "$SENTENCE_TRANSFORMERS_HOME/*", "**/node_modules/.cache/huggingface/*",
                "~/.cache/torch/*", "$TORCH_HOME/*", "~/.cache/whisper/*", "~/.keras/models/*", "~/nltk_data/*",
                "$NLTK_DATA/*", "~/.ollama/models/*", "/usr/share/ollama/.ollama/models/*", "$OLLAMA_MODELS/*",
            ],
            "A model in the image is pulled again with every version of the code. On a volume, or in a layer of its " +
            "own below the code, it is pulled once.",
            "# models are loaded from a volume: docker run -v models:/models ...\nENV HF_HOME=/models\nVOLUME /models"),
    ];

    public string Id => RuleId;

    /// <summary>Nodes that the tables mean.</summary>
    public static IEnumerable<int> Tops(FindingContext image) =>
        Groups.SelectMany(g => g.Paths).SelectMany(image.Match);

    public IEnumerable<Finding> Find(FindingContext image) => Groups.SelectMany(g => g.Find(image, new(Id, Smallest)));
}
