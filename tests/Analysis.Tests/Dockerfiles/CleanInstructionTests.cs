using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Tests.Dockerfiles;

/// <summary>What each builder writes into the history, and the line of a Dockerfile that it stands for.</summary>
public sealed class CleanInstructionTests
{
    [Theory]
    // classic builder, Docker
    [InlineData("/bin/sh -c #(nop)  CMD [\"nginx\" \"-g\" \"daemon off;\"]",
        "CMD [\"nginx\", \"-g\", \"daemon off;\"]")]
    [InlineData("/bin/sh -c #(nop)  CMD [\"/bin/sh\" \"-c\" \"npm start\"]", "CMD npm start")]
    [InlineData("/bin/sh -c #(nop)  ENTRYPOINT [\"/docker-entrypoint.sh\"]", "ENTRYPOINT [\"/docker-entrypoint.sh\"]")]
    [InlineData("/bin/sh -c #(nop)  ENTRYPOINT [\"a \\\"b\\\"\" \"c\\\\d\"]",
        "ENTRYPOINT [\"a \\\"b\\\"\", \"c\\\\d\"]")]
    [InlineData("/bin/sh -c #(nop)  ENV NAME=two words", "ENV NAME=\"two words\"")]
    [InlineData("/bin/sh -c #(nop)  ENV A=1 B=x y C=", "ENV A=1 B=\"x y\" C=\"\"")]
    [InlineData("/bin/sh -c #(nop)  ENV JAVA_OPTS=-Xmx1g -Dkey=value", "ENV JAVA_OPTS=\"-Xmx1g -Dkey=value\"")]
    [InlineData("/bin/sh -c #(nop)  LABEL maintainer=NGINX Docker Maintainers <docker@nginx.com>",
        "LABEL maintainer=\"NGINX Docker Maintainers <docker@nginx.com>\"")]
    [InlineData("/bin/sh -c #(nop)  MAINTAINER Some Body", "LABEL maintainer=\"Some Body\"")]
    [InlineData("/bin/sh -c #(nop)  EXPOSE 80", "EXPOSE 80")]
    [InlineData("/bin/sh -c #(nop)  EXPOSE map[443/tcp:{} 53/udp:{}]", "EXPOSE 443 53/udp")]
    [InlineData("/bin/sh -c #(nop)  EXPOSE map[80/tcp:map[]]", "EXPOSE 80")]
    [InlineData("/bin/sh -c #(nop)  VOLUME [/data /logs]", "VOLUME [\"/data\", \"/logs\"]")]
    [InlineData("/bin/sh -c #(nop)  SHELL [/bin/bash -o pipefail -c]",
        "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]")]
    [InlineData("/bin/sh -c #(nop) COPY file:9a8b7c6d5e4f in /usr/local/bin/ ", "COPY <source> /usr/local/bin/")]
    [InlineData("/bin/sh -c #(nop) COPY --chown=app:app multi:0a1b2c in /srv/ ", "COPY --chown=app:app <source> /srv/")]
    [InlineData("/bin/sh -c #(nop) ADD file:00ff00 in / ", "ADD <source> /")]
    [InlineData("/bin/sh -c #(nop)  HEALTHCHECK &{[\"CMD-SHELL\" \"curl -f http://localhost/ || exit 1\"] \"30s\" "
        + "\"3s\" \"0s\" '\\x03'}",
        "HEALTHCHECK --interval=30s --timeout=3s --retries=3 CMD curl -f http://localhost/ || exit 1")]
    [InlineData("/bin/sh -c #(nop)  HEALTHCHECK &{[\"NONE\"] \"0s\" \"0s\" \"0s\" '\\x00'}", "HEALTHCHECK NONE")]
    [InlineData("/bin/sh -c #(nop)  ONBUILD COPY . /app", "ONBUILD COPY . /app")]
    [InlineData("/bin/sh -c #(nop)  STOPSIGNAL SIGQUIT", "STOPSIGNAL SIGQUIT")]
    [InlineData("/bin/sh -c #(nop) WORKDIR /srv", "WORKDIR /srv")]
    [InlineData("/bin/sh -c #(nop)  USER 1000:1000", "USER 1000:1000")]
    [InlineData("|1 V=2 /bin/sh -c make", "RUN make")]
    // BuildKit
    [InlineData("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update")]
    [InlineData("RUN |2 A=b C=d /bin/sh -c make # buildkit", "RUN make")]
    [InlineData("COPY --chown=app . /srv # buildkit", "COPY --chown=app . /srv")]
    [InlineData("COPY <<EOF /etc/app.conf # buildkit", "COPY <<EOF /etc/app.conf")]
    [InlineData("EXPOSE [80/tcp 443/tcp]", "EXPOSE 80 443")]
    [InlineData("HEALTHCHECK &{[\"CMD\" \"/bin/check\" \"-v\"] \"1m0s\" \"10s\" \"5s\" \"2s\" '\\n'}",
        "HEALTHCHECK --interval=1m0s --timeout=10s --start-period=5s --start-interval=2s --retries=10 CMD "
            + "[\"/bin/check\", \"-v\"]")]
    [InlineData("ARG VERSION=1.2 beta", "ARG VERSION=\"1.2 beta\"")]
    [InlineData("ENTRYPOINT [\"tini\" \"--\"]", "ENTRYPOINT [\"tini\", \"--\"]")]
    // buildah
    [InlineData("/bin/sh -c #(nop) CMD [\"node\",\"server.js\"]", "CMD [\"node\", \"server.js\"]")]
    [InlineData("/bin/sh -c #(nop) COPY dir:c58b21f2b397 in . ", "COPY <source> .")]
    [InlineData("/bin/sh -c #(nop) ENV API_TOKEN=***", "ENV API_TOKEN=***")]
    // kaniko
    [InlineData("ENV PATH=\"/opt/x y:$PATH\"", "ENV PATH=\"/opt/x y:$PATH\"")]
    [InlineData("COPY --from=build /out /usr/bin/", "COPY --from=build /out /usr/bin/")]
    [InlineData("RUN apk add --no-cache curl", "RUN apk add --no-cache curl")]
    // Windows
    [InlineData("cmd /S /C mkdir c:\\app", "RUN mkdir c:\\app")]
    [InlineData("powershell -Command $x = 1; dir", "RUN $x = 1; dir")]
    // none of them
    [InlineData("umoci raw add-layer dup.tar", " umoci raw add-layer dup.tar")]
    [InlineData("", " ")]
    [InlineData("CMD [\"unclosed", "CMD [\"unclosed")]
    [InlineData("HEALTHCHECK &{[\"CMD\" \"x] broken", "HEALTHCHECK &{[\"CMD\" \"x] broken")]
    public void Every_builders_spelling_becomes_the_line(string createdBy, string line)
    {
        var (keyword, text) = CleanInstruction.Read(Instruction.Clean(createdBy));
        Assert.Equal(line, keyword + " " + text);
    }

    [Theory]
    [InlineData("|2 A=b C=d e /bin/sh -c make", "A=b|C=d e")]
    [InlineData("RUN |1 V=2 /bin/bash -o pipefail -c make # buildkit", "V=2")]
    [InlineData("RUN /bin/sh -c echo '|1 A=b /bin/sh -c x'", null)]
    [InlineData("|1 V=2 /bin/sh -c #(nop)  USER app", null)]
    public void Build_arguments_are_told_apart(string createdBy, string? arguments) =>
        Assert.Equal(arguments, Instruction.Arguments(createdBy) is { } list ? string.Join('|', list) : null);
}
