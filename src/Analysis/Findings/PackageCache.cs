namespace ImageInsight.Analysis.Findings;

/// <summary>Where package managers and build tools leave what only they read; paths as in <see cref="PathPattern"/>.</summary>
/// <param name="Flag">What keeps the cache from being written, or removes it in the same RUN.</param>
internal sealed record PackageCache(string Id, string Name, string[] Paths, string Text, string Flag)
{
    public string[] KnownAs { get; init; } = [];

    public Confidence Confidence { get; init; } = Confidence.Safe;

    /// <summary>A file that, anywhere in the image, means that the cache is read at run time.</summary>
    public string? NotBeside { get; init; }

    public static readonly PackageCache[] All =
    [
        new(
            "apt",
            "apt",
            [
                "/var/lib/apt/lists/*", "/var/cache/apt/archives/*", "/var/cache/apt/*pkgcache.bin",
            ],
            "Package lists and archives are only read by apt itself. Remove them in the RUN that installs, or keep them out of the layer with a cache mount.",
            "RUN apt-get update \\\n && apt-get install -y --no-install-recommends <packages> \\\n && apt-get clean \\\n && rm -rf /var/lib/apt/lists/*")
        {
            KnownAs = ["DL3009", "DKL-DI-0005", "S6587"],
        },
        new(
            "apk",
            "apk",
            [
                "/var/cache/apk/*", "/etc/apk/cache/*",
            ],
            "The index and the packages are only read by apk itself.",
            "RUN apk add --no-cache <packages>")
        {
            KnownAs = ["DL3019", "DKL-DI-0004", "S6587"],
        },
        new(
            "dnf",
            "dnf and yum",
            [
                "/var/cache/dnf/*", "/var/cache/libdnf5/*", "/var/cache/yum/*", "/var/lib/dnf/history*",
            ],
            "Metadata and packages are only read by dnf or yum itself.",
            "RUN dnf install -y --setopt=install_weak_deps=False <packages> \\\n && dnf clean all \\\n && rm -rf /var/cache/dnf /var/cache/yum")
        {
            KnownAs = ["DL3040", "DL3032"],
        },
        new(
            "zypper",
            "zypper",
            [
                "/var/cache/zypp/*",
            ],
            "Metadata and packages are only read by zypper itself.",
            "RUN zypper --non-interactive install --no-recommends <packages> \\\n && zypper clean --all")
        {
            KnownAs = ["DL3036"],
        },
        new(
            "pacman",
            "pacman",
            [
                "/var/cache/pacman/pkg/*", "/var/lib/pacman/sync/*",
            ],
            "Packages and sync databases are only read by pacman itself.",
            "RUN pacman -Sy --noconfirm <packages> \\\n && rm -rf /var/cache/pacman/pkg/* /var/lib/pacman/sync/*"),
        new(
            "tdnf",
            "tdnf",
            [
                "/var/cache/tdnf/*",
            ],
            "Metadata and packages are only read by tdnf itself.",
            "RUN tdnf install -y <packages> \\\n && tdnf clean all"),
        new(
            "xbps",
            "xbps",
            [
                "/var/cache/xbps/*",
            ],
            "Packages are only read by xbps itself.",
            "RUN xbps-install -Sy <packages> \\\n && rm -rf /var/cache/xbps"),
        new(
            "portage",
            "portage",
            [
                "/var/cache/distfiles/*", "/var/cache/binpkgs/*", "/var/db/repos/gentoo/*",
            ],
            "Sources and the package tree are only read by portage itself.",
            "RUN emerge <packages> \\\n && rm -rf /var/cache/distfiles /var/db/repos/gentoo"),
        new(
            "opkg",
            "opkg",
            [
                "/var/opkg-lists/*", "/var/lib/opkg/lists/*",
            ],
            "Package lists are only read by opkg itself.",
            "RUN opkg update \\\n && opkg install <packages> \\\n && rm -rf /var/opkg-lists/*"),
        new(
            "brew",
            "Homebrew",
            [
                "~/.cache/Homebrew/*", "$HOMEBREW_CACHE/*",
            ],
            "Downloads are only read by brew itself.",
            "RUN brew install <packages> \\\n && brew cleanup --prune=all -s"),
        new(
            "pip",
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
            "uv",
            "uv",
            [
                "~/.cache/uv/*", "$UV_CACHE_DIR/*",
            ],
            "Downloads and builds are only read by the next uv run.",
            "RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-dev"),
        new(
            "poetry",
            "Poetry",
            [
                "~/.cache/pypoetry/cache/*", "~/.cache/pypoetry/artifacts/*", "$POETRY_CACHE_DIR/cache/*",
                "$POETRY_CACHE_DIR/artifacts/*",
            ],
            "Downloads are only read by the next poetry install.",
            "RUN --mount=type=cache,target=/root/.cache/pypoetry/cache poetry install --only main"),
        new(
            "pdm",
            "PDM and pipenv",
            [
                "~/.cache/pdm/*", "~/.cache/pipenv/*", "$PIPENV_CACHE_DIR/*", "$PDM_CACHE_DIR/*",
            ],
            "Downloads are only read by the next install.",
            "RUN --mount=type=cache,target=/root/.cache/pdm pdm install --prod"),
        new(
            "conda",
            "conda",
            [
                "**/conda/pkgs/*", "**/miniconda/pkgs/*", "**/miniconda3/pkgs/*", "**/anaconda3/pkgs/*",
                "**/mambaforge/pkgs/*", "**/miniforge3/pkgs/*", "**/micromamba/pkgs/*", "~/.conda/pkgs/*",
                "~/.cache/rattler/*", "$CONDA_PKGS_DIRS/*",
            ],
            "Packages stay unpacked in pkgs after they were linked into an environment.",
            "RUN conda install -y <packages> \\\n && conda clean -afy"),
        new(
            "npm",
            "npm",
            [
                "~/.npm/_cacache/*", "~/.npm/_logs/*", "~/.npm/_npx/*", "~/.cache/node-gyp/*",
                "$npm_config_cache/_cacache/*", "$NPM_CONFIG_CACHE/_cacache/*",
            ],
            "The download cache is only read by the next npm install.",
            "RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev"),
        new(
            "yarn",
            "Yarn",
            [
                "/usr/local/share/.cache/yarn/*", "~/.cache/yarn/*", "$YARN_CACHE_FOLDER/*",
            ],
            "The download cache is only read by the next yarn install.",
            "RUN yarn install --production --frozen-lockfile \\\n && yarn cache clean")
        {
            KnownAs = ["DL3060"],
        },
        new(
            "yarn-berry",
            "Yarn",
            ["~/.yarn/berry/cache/*"],
            "The global cache is only read by the next yarn install where packages are linked into node_modules.",
            "RUN yarn workspaces focus --production \\\n && yarn cache clean --all")
        {
            KnownAs = ["DL3060"],
            NotBeside = ".pnp.cjs",
        },
        new(
            "pnpm",
            "pnpm",
            [
                "~/.local/share/pnpm/store/*", "~/.pnpm-store/*", "**/.pnpm-store/*", "~/.cache/pnpm/*",
                "$PNPM_HOME/store/*",
            ],
            "The store is only read by the next pnpm install; what is linked into node_modules is not counted here.",
            "RUN --mount=type=cache,id=pnpm,target=/root/.local/share/pnpm/store pnpm install --prod --frozen-lockfile"),
        new(
            "bun",
            "Bun",
            [
                "~/.bun/install/cache/*", "$BUN_INSTALL_CACHE_DIR/*",
            ],
            "Downloads are only read by the next bun install.",
            "RUN --mount=type=cache,target=/root/.bun/install/cache bun install --production"),
        new(
            "deno",
            "Deno",
            [
                "/deno-dir/*", "~/.cache/deno/*", "$DENO_DIR/*",
            ],
            "Deno runs from this cache unless the program was compiled or vendored: check before removing.",
            "RUN deno compile -o /app <main.ts>")
        {
            Confidence = Confidence.Maybe,
        },
        new(
            "js-build",
            "JavaScript builds",
            [
                "**/node_modules/.cache/*", "**/.next/cache/*", "**/.turbo/*", "**/.nx/cache/*", "**/.parcel-cache/*",
                "**/.angular/cache/*", "**/node_modules/.vite/*", "**/*.tsbuildinfo",
            ],
            "Bundlers keep these to build faster the next time; nothing at run time reads them.",
            "RUN npm run build \\\n && rm -rf node_modules/.cache .next/cache"),
        new(
            "cargo",
            "cargo",
            [
                "~/.cargo/registry/index/*", "~/.cargo/registry/cache/*", "~/.cargo/registry/src/*", "~/.cargo/git/*",
                "$CARGO_HOME/registry/index/*", "$CARGO_HOME/registry/cache/*", "$CARGO_HOME/registry/src/*",
                "$CARGO_HOME/git/*", "/usr/local/cargo/registry/*", "/usr/local/cargo/git/*",
                "**/target/release/deps/*", "**/target/release/build/*", "**/target/release/incremental/*",
                "**/target/debug/deps/*", "**/target/debug/build/*", "**/target/debug/incremental/*",
            ],
            "Crates and intermediate objects are only read by the next build.",
            "RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target cargo build --release \\\n && cp target/release/<app> /usr/local/bin/"),
        new(
            "go",
            "Go",
            [
                "~/.cache/go-build/*", "$GOCACHE/*", "/go/pkg/mod/*", "~/go/pkg/mod/*", "$GOPATH/pkg/mod/*",
                "$GOMODCACHE/*",
            ],
            "Modules and objects are only read by the next build.",
            "RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o /app ."),
        new(
            "maven",
            "Maven",
            [
                "~/.m2/repository/*", "~/.m2/wrapper/dists/*",
            ],
            "The local repository is only read by the next build.",
            "RUN --mount=type=cache,target=/root/.m2 mvn -B package"),
        new(
            "gradle",
            "Gradle",
            [
                "~/.gradle/caches/*", "~/.gradle/wrapper/dists/*", "~/.gradle/daemon/*", "~/.gradle/jdks/*",
                "$GRADLE_USER_HOME/caches/*", "$GRADLE_USER_HOME/wrapper/dists/*", "$GRADLE_USER_HOME/daemon/*",
            ],
            "Dependencies and distributions are only read by the next build.",
            "RUN --mount=type=cache,target=/root/.gradle gradle --no-daemon build"),
        new(
            "ivy",
            "Ivy, sbt and Coursier",
            [
                "~/.ivy2/cache/*", "~/.cache/coursier/*", "~/.sbt/boot/*", "$COURSIER_CACHE/*",
            ],
            "Downloads are only read by the next build.",
            "RUN --mount=type=cache,target=/root/.cache/coursier sbt assembly"),
        new(
            "nuget",
            "NuGet",
            [
                "~/.nuget/packages/*", "~/.local/share/NuGet/v3-cache/*", "~/.local/share/NuGet/http-cache/*",
                "~/.local/share/NuGet/plugins-cache/*", "/tmp/NuGetScratch*", "$NUGET_PACKAGES/*",
            ],
            "Packages are only read by restore and build; a published app has its own copies.",
            "RUN --mount=type=cache,target=/root/.nuget/packages dotnet publish -c Release -o /app"),
        new(
            "gem",
            "RubyGems and Bundler",
            [
                "$GEM_HOME/cache/*", "/usr/local/bundle/cache/*", "**/vendor/bundle/ruby/*/cache/*",
                "/usr/local/lib/ruby/gems/*/cache/*", "/var/lib/gems/*/cache/*", "~/.gem/specs/*",
                "~/.bundle/cache/*",
            ],
            "The .gem files are only read by the next install.",
            "RUN bundle install \\\n && rm -rf /usr/local/bundle/cache/*.gem"),
        new(
            "composer",
            "Composer",
            [
                "~/.composer/cache/*", "~/.cache/composer/*", "$COMPOSER_CACHE_DIR/*", "$COMPOSER_HOME/cache/*",
            ],
            "Downloads are only read by the next composer install.",
            "RUN composer install --no-dev --no-cache --optimize-autoloader"),
        new(
            "cpan",
            "CPAN",
            [
                "~/.cpan/build/*", "~/.cpan/sources/*", "~/.cpanm/*",
            ],
            "Sources and logs are only read by the next install.",
            "RUN cpanm --notest <modules> \\\n && rm -rf /root/.cpanm"),
        new(
            "haskell",
            "Cabal and Stack",
            [
                "~/.cabal/packages/*", "~/.cache/cabal/*", "~/.stack/*", "**/.stack-work/*",
            ],
            "Packages and objects are only read by the next build.",
            "COPY --from=build /src/dist/<app> /usr/local/bin/"),
        new(
            "elixir",
            "Hex and Mix",
            [
                "~/.hex/*", "~/.mix/*", "**/_build/dev/*", "**/_build/test/*",
            ],
            "Archives and development builds are only read by the next build.",
            "RUN MIX_ENV=prod mix release"),
        new(
            "compiler",
            "compilers and linters",
            [
                "~/.cache/ccache/*", "~/.ccache/*", "$CCACHE_DIR/*", "~/.cache/sccache/*", "$SCCACHE_DIR/*",
                "~/.cache/pre-commit/*", "~/.cache/golangci-lint/*", "**/.mypy_cache/*", "**/.ruff_cache/*",
                "**/.pytest_cache/*", "**/.tox/*",
            ],
            "These only make the next run faster.",
            "RUN --mount=type=cache,target=/root/.cache/ccache make"),
    ];
}
