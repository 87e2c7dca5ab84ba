namespace ImageInsight.Analysis.Findings.Caches;

/// <summary>The caches of Python and JavaScript.</summary>
internal static class ScriptCaches
{
    /// <summary>Yarn's Plug'n'Play: programs run from the archives of the cache.</summary>
    private static readonly string[] Pnp = [".pnp.cjs", ".pnp.js", ".pnp.loader.mjs"];

    public static readonly PackageCache[] All =
    [
        new(
            CacheIds.Pip,
            "pip",
            [
                "~/.cache/pip/*", "$PIP_CACHE_DIR/*", "/tmp/pip-*",
            ],
            "Downloaded and built wheels are only read by the next pip install.",
            "RUN pip install --no-cache-dir -r requirements.txt")
        {
            KnownAs = ["DL3042"],
        },
        new(
            CacheIds.Uv,
            "uv",
            [
                "~/.cache/uv/*", "$UV_CACHE_DIR/*",
            ],
            "Downloads and builds are only read by the next uv run.",
            "RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-dev")
        {
            ReadBy = ["uvx", "uv tool"],
            Risk = "uvx runs its tools from it",
        },
        new(
            CacheIds.Poetry,
            "Poetry",
            [
                "~/.cache/pypoetry/cache/*", "~/.cache/pypoetry/artifacts/*", "$POETRY_CACHE_DIR/cache/*",
                "$POETRY_CACHE_DIR/artifacts/*",
            ],
            "Downloads are only read by the next poetry install.",
            "RUN --mount=type=cache,target=/root/.cache/pypoetry/cache poetry install --only main"),
        new(
            CacheIds.Pdm,
            "PDM and pipenv",
            [
                "~/.cache/pdm/*", "~/.cache/pipenv/*", "$PIPENV_CACHE_DIR/*", "$PDM_CACHE_DIR/*",
            ],
            "Downloads are only read by the next install.",
            "RUN --mount=type=cache,target=/root/.cache/pdm pdm install --prod")
        {
            // With cache_method symlink or pth an environment is made of these.
            Except = ["~/.cache/pdm/packages", "$PDM_CACHE_DIR/packages"],
        },
        new(
            CacheIds.Conda,
            "conda",
            [
                "**/conda/pkgs/*", "**/miniconda/pkgs/*", "**/miniconda3/pkgs/*", "**/anaconda/pkgs/*",
                "**/anaconda3/pkgs/*", "**/mambaforge/pkgs/*", "**/miniforge/pkgs/*", "**/miniforge3/pkgs/*",
                "**/micromamba/pkgs/*", "~/.conda/pkgs/*", "~/.mamba/pkgs/*", "~/.cache/rattler/*",
                "$RATTLER_CACHE_DIR/*", "$CONDA_PKGS_DIRS/*", "$CONDA_DIR/pkgs/*", "$MAMBA_ROOT_PREFIX/pkgs/*",
            ],
            "Packages stay unpacked in pkgs after they were linked into an environment.",
            "RUN conda install -y <packages> \\\n && conda clean -afy"),
        new(
            CacheIds.Npm,
            "npm",
            [
                "**/_cacache/*", "~/.npm/_logs/*", "~/.npm/_npx/*", "~/.cache/node-gyp/*", "$npm_config_cache/_logs/*",
                "$npm_config_cache/_npx/*", "$NPM_CONFIG_CACHE/_logs/*", "$NPM_CONFIG_CACHE/_npx/*",
                "$npm_config_devdir/*",
            ],
            "The download cache is only read by the next npm install.",
            "RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev")
        {
            ReadBy = ["npx", "npm exec"],
            Risk = "npx runs its programs from it",
        },
        new(
            CacheIds.Yarn,
            "Yarn",
            [
                "/usr/local/share/.cache/yarn/*", "~/.cache/yarn/*", "$YARN_CACHE_FOLDER/*", "**/v6/npm-*/node_modules",
            ],
            "The download cache is only read by the next yarn install.",
            "RUN yarn install --production --frozen-lockfile \\\n && yarn cache clean")
        {
            KnownAs = ["DL3060"],
            UnlessPresent = Pnp,
        },
        new(
            CacheIds.YarnBerry,
            "Yarn",
            ["~/.yarn/berry/cache/*", "$YARN_GLOBAL_FOLDER/cache/*", "~/.local/share/yarn/berry/cache/*"],
            "The global cache is only read by the next yarn install where packages are linked into node_modules.",
            "RUN yarn workspaces focus --production \\\n && yarn cache clean --all")
        {
            KnownAs = ["DL3060"],
            UnlessPresent = Pnp,
        },
        new(
            CacheIds.YarnProject,
            "Yarn",
            ["**/.yarn/cache/*"],
            "The archives were unpacked into node_modules; only the next yarn install reads them.",
            "RUN yarn install --immutable \\\n && rm -rf .yarn/cache")
        {
            KnownAs = ["DL3060"],
            UnlessPresent = Pnp,
            OnlyIfPresent = (3, "node_modules/.yarn-state.yml"),
        },
        new(
            CacheIds.Pnpm,
            "pnpm",
            [
                "~/.local/share/pnpm/store/*", "~/.pnpm-store/*", "**/.pnpm-store/*", "~/.cache/pnpm/*",
                "$PNPM_HOME/store/*", "$npm_config_store_dir/*", "$NPM_CONFIG_STORE_DIR/*",
            ],
            "The store is only read by the next pnpm install; what is linked into node_modules is not counted here.",
            "RUN --mount=type=cache,id=pnpm,target=/root/.local/share/pnpm/store pnpm install --prod --frozen-lockfile")
        {
            ReadBy = ["pnpx", "pnpm dlx"],
            Risk = "pnpm dlx runs its programs from it",
        },
        new(
            CacheIds.Bun,
            "Bun",
            [
                "~/.bun/install/cache/*", "$BUN_INSTALL_CACHE_DIR/*",
            ],
            "Downloads are only read by the next bun install.",
            "RUN --mount=type=cache,target=/root/.bun/install/cache bun install --production")
        {
            ReadBy = ["bunx", "bun x"],
            Risk = "bunx runs its programs from it",
        },
        new(
            CacheIds.Deno,
            "Deno",
            [
                "/deno-dir/*", "~/.cache/deno/*", "$DENO_DIR/*",
            ],
            "Deno keeps here what it downloaded and compiled.",
            "RUN deno compile -o /app <main.ts>")
        {
            Confidence = Confidence.Maybe,
            Risk = "a program that was not compiled runs from it",
        },
        new(
            CacheIds.JavaScriptBuilds,
            "JavaScript builds",
            [
                "**/node_modules/.cache/*", "**/.next/cache/*", "**/.turbo/*", "**/.nx/cache/*", "**/.parcel-cache/*",
                "**/.angular/cache/*", "**/node_modules/.vite/*", "**/*.tsbuildinfo",
            ],
            "Bundlers keep these to build faster the next time; nothing at run time reads them.",
            "RUN npm run build \\\n && rm -rf node_modules/.cache .next/cache")
        {
            // Places that configurations of these give to what they download and run.
            Except =
            [
                "**/node_modules/.cache/puppeteer", "**/node_modules/.cache/ms-playwright",
                "**/node_modules/.cache/Cypress", "**/node_modules/.cache/huggingface",
            ],
        },
    ];
}
