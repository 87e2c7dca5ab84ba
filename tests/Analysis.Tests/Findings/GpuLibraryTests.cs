using System.Text;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>Libraries for GPUs of a base beside those of Python's packages; packages nobody asks for.</summary>
public sealed class GpuLibraryTests
{
    private const int Size = 2_000_000;

    private const string Wheels = "usr/local/lib/python3.12/site-packages/";

    [Theory]
    [InlineData("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcudart.so.12.4.127",
        "nvidia/cuda_runtime/lib/libcudart.so.12", true)]
    [InlineData("usr/lib/x86_64-linux-gnu/libcudnn.so.8.9.7", "torch/lib/libcudnn.so.8", true)]
    [InlineData("usr/local/cuda/lib64/libcublas.so.11.2", "torch/lib/libcublas-a7b20f20.so.11", true)]
    [InlineData("usr/local/cuda/lib64/libcublas.so.11.2", "nvidia/cublas/lib/libcublas.so.12", false)] // Another one.
    [InlineData("usr/local/cuda/lib64/libcublas.so.12.2", "nvidia/cublas/lib/libcublasLt.so.12", false)]
    [InlineData("usr/lib/x86_64-linux-gnu/libssl.so.3", "cryptography.libs/libssl.so.3", false)]
    public async Task A_library_of_the_base_beside_one_of_a_wheel_is_said_with_the_bytes_of_both(
        string system, string wheel, bool told)
    {
        var findings = await FindAsync(Image("CUDA_VERSION=12").WithLayer(l => l.File(system, Size, 's'))
            .WithLayer(l => l.File(Wheels + wheel, Size + 500_000, 'w'), "RUN pip install torch"));
        if (!told)
        {
            Assert.Empty(findings);
            return;
        }

        Assert.Equal([("gpu-libraries-wheels-1", Size + 500_000L), ("gpu-libraries-system-0", Size)],
            findings.Select(f => (f.Id, f.DiskBytes)));
        Assert.All(findings, f =>
        {
            Assert.Equal(Confidence.Maybe, f.Confidence);
            Assert.Null(f.Remedy);
            Assert.All((string[])["/" + system, "/" + Wheels + wheel, "2.00 MB", "2.50 MB"],
                part => Assert.Contains(part, f.Fix.Text, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task The_same_bytes_twice_are_a_duplicate_alone() => Assert.Empty(await FindAsync(
        Image("CUDA_VERSION=12").WithLayer(l => l.File("usr/local/cuda/lib64/libcudart.so.12.4", Size, 's')
            .File(Wheels + "nvidia/cuda_runtime/lib/libcudart.so.12", Size, 's'))));

    [Theory]
    [InlineData("PATH=/usr/bin", "python3 app.py", true)]
    [InlineData("NVIDIA_VISIBLE_DEVICES=all", "python3 app.py", false)]
    [InlineData("LD_LIBRARY_PATH=/usr/local/cuda/lib64", "python3 app.py", false)]
    [InlineData("PATH=/usr/bin", "python3 app.py --device cuda", false)]
    public async Task Wheels_for_gpus_are_told_where_nothing_asks_for_a_gpu(string variable, string command, bool told)
    {
        var image = Image(variable);
        image.Command = command.Split(' ');
        var findings = await FindAsync(image.WithLayer(l => l
            .File(Wheels + "nvidia_nccl_cu12-2.20.dist-info/METADATA",
                Encoding.UTF8.GetBytes("Metadata-Version: 2.1\nName: nvidia-nccl-cu12\nVersion: 2.20\n"))
            .File(Wheels + "nvidia_nccl_cu12-2.20.dist-info/RECORD",
                Encoding.UTF8.GetBytes("nvidia/nccl/include/nccl.h,,\nnvidia/nccl/lib/libnccl.so.2,,\n"))
            .File(Wheels + "nvidia/nccl/include/nccl.h", 3000).File(Wheels + "nvidia/nccl/lib/libnccl.so.2", Size, 'n')
            .File(Wheels + "torch/lib/libtorch_cuda.so", Size, 'c').File(Wheels + "torch/lib/libtorch_cpu.so", Size),
            "RUN pip install torch"));
        if (!told)
        {
            Assert.Empty(findings);
            return;
        }

        var finding = Assert.Single(findings);
        Assert.Equal(("gpu-libraries-unasked-0", Confidence.Maybe, (2L * Size) + 3000),
            (finding.Id, finding.Confidence, finding.DiskBytes));
    }

    private static ArchiveBuilder Image(string variable) => new() { Environment = [variable] };

    private static async Task<List<Finding>> FindAsync(ArchiveBuilder image) =>
        [.. (await Images.AnalyzeAsync(image)).Findings.Where(f => f.RuleId == "gpu-libraries")];
}
