namespace ImageInsight.Analysis.Findings.Caches;

/// <summary>The caches of compilers and of what builds with them.</summary>
internal static class BuildCaches
{
    private static readonly string[] Snapshots =
        ["~/.stack/snapshots", "~/.stack/programs", "$STACK_ROOT/snapshots", "$STACK_ROOT/programs", "~/.cabal/store",
            "~/.local/state/cabal/store"];

    public static readonly PackageCache[] All =
    [
        new(
            CacheIds.Cargo,
            "cargo",
            [
                "~/.cargo/registry/index/*", "~/.cargo/registry/cache/*", "~/.cargo/registry/src/*", "~/.cargo/git/*",
                "$CARGO_HOME/registry/index/*", "$CARGO_HOME/registry/cache/*", "$CARGO_HOME/registry/src/*",
                "$CARGO_HOME/git/*", "/usr/local/cargo/registry/index/*", "/usr/local/cargo/registry/cache/*",
                "/usr/local/cargo/registry/src/*", "/usr/local/cargo/git/*", "**/target/release/deps/*",
                "**/target/release/build/*", "**/target/release/incremental/*", "**/target/release/.fingerprint/*",
                "**/target/*/release/deps/*", "**/target/*/release/build/*", "**/target/*/release/incremental/*",
                "**/target/*/release/.fingerprint/*", "**/target/debug/deps/*", "**/target/debug/build/*",
                "**/target/debug/incremental/*", "**/target/debug/.fingerprint/*", "**/target/*/debug/deps/*",
                "**/target/*/debug/build/*", "**/target/*/debug/incremental/*", "**/target/*/debug/.fingerprint/*",
                "~/.rustup/downloads/*", "~/.rustup/tmp/*", "$RUSTUP_HOME/downloads/*", "$RUSTUP_HOME/tmp/*",
                "$CARGO_TARGET_DIR/release/deps/*", "$CARGO_TARGET_DIR/release/build/*",
                "$CARGO_TARGET_DIR/debug/deps/*", "$CARGO_TARGET_DIR/debug/build/*",
            ],
            "Crates and intermediate objects are only read by the next build.",
            "FROM <this base> AS build\nCOPY . .\nRUN --mount=type=cache,target=/usr/local/cargo/registry cargo build "
                + "--release\n\nFROM <a smaller base>\nCOPY --from=build <the project>/target/release/<app> "
                + "/usr/local/bin/")
        {
            // Libraries that a build script made: a program may load them from there.
            Except = ["**/target/release/build/*/out/*.so", "**/target/release/build/*/out/*/*.so",
                "**/target/debug/build/*/out/*.so", "**/target/debug/build/*/out/*/*.so"],
            ReadBy = ["cargo", "trunk", "bacon"],
            StartedByScripts = true,
            Risk = "cargo builds from it before it runs",
        },
        new(
            CacheIds.Go,
            "Go",
            [
                "~/.cache/go-build/*", "$GOCACHE/*", "/go/pkg/mod/*", "/go/pkg/sumdb/*", "~/go/pkg/mod/*",
                "~/go/pkg/sumdb/*", "$GOPATH/pkg/mod/*", "$GOPATH/pkg/sumdb/*", "$GOMODCACHE/*",
            ],
            "Modules and objects are only read by the next build.",
            "RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o "
                + "/app .")
        {
            ReadBy = ["go", "air", "dlv", "gotestsum", "ginkgo"],
            StartedByScripts = true,
            Risk = "go run and go test build from it",
        },
        new(
            CacheIds.Maven,
            "Maven",
            [
                "~/.m2/repository/*", "~/.m2/wrapper/dists/*", "$MAVEN_CONFIG/repository/*",
                "**/target/surefire-reports/*", "**/target/failsafe-reports/*", "**/target/test-classes/*",
                "**/target/maven-status/*", "**/target/maven-archiver/*", "**/target/*.jar.original",
                "**/target/*.war.original",
            ],
            "The local repository is only read by the next build, and nothing reads the reports and state files of a " +
            "build.",
            "RUN --mount=type=cache,target=/root/.m2 mvn -B package")
        {
            HasClasses = true,
            ReadBy = ["mvn", "mvnw", "mvnd", "jbang"],
            StartedByScripts = true,
            Risk = "Maven and jbang run programs from it",
        },
        new(
            CacheIds.Gradle,
            "Gradle",
            [
                "~/.gradle/caches/*", "~/.gradle/wrapper/dists/*", "~/.gradle/daemon/*", "~/.gradle/jdks/*",
                "$GRADLE_USER_HOME/caches/*", "$GRADLE_USER_HOME/wrapper/dists/*", "$GRADLE_USER_HOME/daemon/*",
                "$GRADLE_USER_HOME/jdks/*", "**/build/test-results/*", "**/build/reports/tests/*",
                "**/build/tmp/compileJava/*", "**/build/tmp/compileKotlin/*", "**/build/kotlin/compileKotlin/*",
            ],
            "Dependencies and distributions are only read by the next build, and nothing reads the reports and state " +
            "files of a build.",
            "RUN --mount=type=cache,target=/root/.gradle gradle --no-daemon build")
        {
            HasClasses = true,
            ReadBy = ["gradle", "gradlew"],
            StartedByScripts = true,
            Risk = "Gradle runs programs from it",
        },
        new(
            CacheIds.Ivy,
            "Ivy and sbt",
            [
                "~/.ivy2/cache/*", "~/.sbt/boot/*", "$SBT_IVY_HOME/cache/*",
            ],
            "Downloads are only read by the next build.",
            "RUN --mount=type=cache,target=/root/.ivy2 --mount=type=cache,target=/root/.sbt sbt assembly")
        {
            HasClasses = true,
            ReadBy = ["sbt", "mill", "amm"],
            StartedByScripts = true,
            Risk = "sbt runs programs from it",
        },
        new(
            CacheIds.Coursier,
            "Coursier",
            [
                "~/.cache/coursier/*", "$COURSIER_CACHE/*",
            ],
            "Downloads of sbt, mill and cs are only read by the next build.",
            "RUN --mount=type=cache,target=/root/.cache/coursier sbt assembly")
        {
            Confidence = Confidence.Probable,
            HasClasses = true,
            ReadBy = ["cs", "coursier", "scala", "scala-cli", "amm", "sbt", "mill"],
            Risk = "launchers that cs installs load their libraries from it",
        },
        new(
            CacheIds.NuGet,
            "NuGet",
            [
                "~/.nuget/packages/*", "~/.local/share/NuGet/v3-cache/*", "~/.local/share/NuGet/http-cache/*",
                "~/.local/share/NuGet/plugins-cache/*", "/tmp/NuGetScratch*", "$NUGET_PACKAGES/*",
                "$NUGET_HTTP_CACHE_PATH/*", "$NUGET_PLUGINS_CACHE_PATH/*", "$NUGET_SCRATCH/*",
            ],
            "Packages are only read by restore and build; a published app has its own copies.",
            "RUN --mount=type=cache,target=/root/.nuget/packages dotnet publish -c Release -o /app")
        {
            ReadBy = ["dotnet run", "dotnet watch", "dotnet test", "dotnet build", "dotnet fsi", "dotnet script",
                "dotnet ef", "dotnet tool"],
            ReadIfPresent = ["**/*.runtimeconfig.dev.json"],
            StartedByScripts = true,
            Risk = "dotnet run, local tools, and programs that were built and not published load their libraries " +
                "from it",
        },
        new(
            CacheIds.Gem,
            "RubyGems and Bundler",
            [
                "$GEM_HOME/cache/*", "/usr/local/bundle/cache/*", "/usr/local/bundle/ruby/*/cache/*",
                "$BUNDLE_PATH/ruby/*/cache/*", "**/vendor/bundle/ruby/*/cache/*", "/usr/local/lib/ruby/gems/*/cache/*",
                "/usr/lib/ruby/gems/*/cache/*", "/var/lib/gems/*/cache/*", "~/.gem/specs/*",
                "~/.local/share/gem/specs/*", "~/.cache/gem/specs/*", "~/.bundle/cache/*",
            ],
            "The .gem files are only read by the next install.",
            "RUN bundle install \\\n && rm -rf \"$(gem env home)\"/cache/*"),
        new(
            CacheIds.Composer,
            "Composer",
            [
                "~/.composer/cache/*", "~/.cache/composer/*", "$COMPOSER_CACHE_DIR/*", "$COMPOSER_HOME/cache/*",
            ],
            "Downloads are only read by the next composer install.",
            "RUN composer install --no-dev --no-cache --optimize-autoloader"),
        new(
            CacheIds.Cpan,
            "CPAN",
            [
                "~/.cpan/build/*", "~/.cpan/sources/*", "~/.cpan/Metadata", "~/.cpanm/*", "$PERL_CPANM_HOME/*",
            ],
            "Sources and logs are only read by the next install.",
            "RUN cpanm --notest <modules> \\\n && rm -rf /root/.cpanm"),
        new(
            CacheIds.Haskell,
            "Cabal and Stack",
            [
                "~/.cabal/packages/*", "~/.cache/cabal/*", "~/.stack/*", "$STACK_ROOT/*", "~/.ghcup/cache/*",
                "~/.ghcup/tmp/*", "**/.stack-work/dist/*",
            ],
            "Packages and objects are only read by the next build.",
            "RUN stack build --copy-bins --local-bin-path /out\n# in the last stage\nCOPY --from=build /out/ "
                + "/usr/local/bin/")
        {
            // These belong to the next one; what a build installed in .stack-work is the program itself.
            Except = Snapshots,
            ReadBy = ["stack", "cabal"],
            StartedByScripts = true,
            Risk = "stack and cabal build from it before they run",
        },
        new(
            CacheIds.HaskellStore,
            "Cabal and Stack (compilers and libraries)",
            Snapshots,
            "Only the next build uses these compilers and libraries.",
            "RUN stack build --copy-bins --local-bin-path /out\n# in the last stage\nCOPY --from=build /out/ "
                + "/usr/local/bin/")
        {
            Confidence = Confidence.Probable,
            ReadBy = ["stack", "cabal", "runghc", "runhaskell", "ghci"],
            Risk = "programs load data files of their libraries from it",
        },
        new(
            CacheIds.Elixir,
            "Hex and Mix",
            [
                "~/.hex/*", "~/.mix/*", "**/_build/dev/*", "**/_build/test/*",
            ],
            "Archives and development builds are only read by the next build.",
            "RUN MIX_ENV=prod mix release")
        {
            ReadBy = ["mix", "iex", "elixir"],
            StartedByScripts = true,
            Risk = "mix loads its archives and compiled code from it",
        },
        new(
            CacheIds.Compiler,
            "Compilers and linters",
            [
                "~/.cache/ccache/*", "~/.ccache/*", "$CCACHE_DIR/*", "~/.cache/sccache/*", "$SCCACHE_DIR/*",
                "~/.cache/pre-commit/*", "$PRE_COMMIT_HOME/*", "~/.cache/golangci-lint/*", "$GOLANGCI_LINT_CACHE/*",
                "**/.mypy_cache/*", "**/.ruff_cache/*", "**/.pytest_cache/*", "**/.tox/*",
            ],
            "These only make the next run faster.",
            "RUN --mount=type=cache,target=/root/.cache/ccache make")
        {
            ReadBy = ["tox", "pre-commit"],
            Risk = "tox and pre-commit run programs from the environments in it",
        },
    ];
}
