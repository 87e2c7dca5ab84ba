using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Tests.Instructions;

public sealed class InstructionTests
{
    [Theory]
    [InlineData("/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD [\"bash\"]")]
    [InlineData("/bin/sh -c #(nop) COPY dir:9a8b in /srv ", "COPY dir:9a8b in /srv")]
    [InlineData("|1 V=2 /bin/sh -c #(nop)  USER app", "USER app")]
    [InlineData("cmd /S /C #(nop)  ENV A=1", "ENV A=1")]
    [InlineData("/bin/sh -c apt-get update", "RUN apt-get update")]
    [InlineData("/bin/sh -c echo '#(nop)' > x", "RUN echo '#(nop)' > x")]
    [InlineData("|2 V=2 W=a b /bin/sh -c make", "RUN make")]
    [InlineData("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update")]
    [InlineData("RUN |1 V=2 /bin/bash -o pipefail -c curl x | tar xz # buildkit", "RUN curl x | tar xz")]
    [InlineData("RUN /bin/bash -euxo pipefail -c make # buildkit", "RUN make")]
    [InlineData("RUN /bin/ash -eo pipefail -c make # buildkit", "RUN make")]
    [InlineData("COPY --chown=app:app . /srv # buildkit", "COPY --chown=app:app . /srv")]
    [InlineData("RUN apt-get update", "RUN apt-get update")]
    [InlineData("cmd /S /C dir c:\\", "RUN dir c:\\")]
    [InlineData("powershell -NoProfile -Command $x = 1; dir", "RUN $x = 1; dir")]
    [InlineData("RUN /usr/bin/make -c x # buildkit", "RUN /usr/bin/make -c x")]
    [InlineData("umoci raw add-layer dup.tar", "umoci raw add-layer dup.tar")]
    [InlineData("", "")]
    public void Every_builders_spelling_becomes_the_instruction(string createdBy, string instruction) =>
        Assert.Equal(instruction, Instruction.Clean(createdBy));
}
