using System.Text.RegularExpressions;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>
/// Libraries of GPUs that are there twice, of the system and of Python's packages, in other builds of one SONAME; and
/// packages for GPUs in an image that asks for none.
/// </summary>
internal sealed partial class GpuLibrariesRule : IFindingRule
{
    public const string RuleId = "gpu-libraries";

    private const long Smallest = 1_000_000;

    /// <summary>Of CUDA, ROCm and MKL, as their names begin after "lib".</summary>
    private static readonly string[] Libraries =
    [
        "cudart", "cublas", "cudnn", "cufft", "curand", "cusolver", "cusparse", "cupti", "cufile", "nccl", "nvrtc",
        "nvJitLink", "nvjpeg", "nvToolsExt", "nvinfer", "nvshmem", "npp", "amdhip64", "hipblas", "hipfft", "hipsparse",
        "MIOpen", "rocblas", "rocfft", "rocsolver", "rocsparse", "rccl", "mkl_",
    ];

    /// <summary>Parts of frameworks that a build without GPUs has not got.</summary>
    private static readonly string[] Parts =
        ["libtorch_cuda", "libc10_cuda", "libtorch_hip", "libonnxruntime_providers_cuda",
            "libonnxruntime_providers_tensorrt"];

    /// <summary>An image for GPUs sets one of them: bases of NVIDIA do.</summary>
    private static readonly string[] Variables =
        ["NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_REQUIRE_CUDA", "CUDA_VERSION", "CUDA_HOME",
            "CUDA_PATH", "CUDA_VISIBLE_DEVICES", "ROCM_PATH", "ROCM_VERSION", "HIP_VISIBLE_DEVICES"];

    private static readonly string[] Words = ["cuda", "gpu", "nvidia", "rocm"];

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var wheels = new Subtrees(image.Tree, n => image.Tree.NameOf(n) is var name
            && (name.SequenceEqual("site-packages"u8) || name.SequenceEqual("dist-packages"u8)), image.Work);
        var libraries = Named(image).ToList();
        return Twice(image, libraries, wheels).Concat(Unasked(image, libraries, wheels));
    }

    /// <summary>Either of the two may go: each has a finding.</summary>
    private IEnumerable<Finding> Twice(
        FindingContext image, List<(int Node, string Name)> libraries, Subtrees wheels)
    {
        var (system, own) = (new List<int>(), new List<int>());
        foreach (var same in libraries.Select(l => (l.Node, Key: KeyOf(l.Name))).Where(l => l.Key.Length > 0)
            .GroupBy(l => l.Key, l => l.Node))
        {
            var sides = same.ToLookup(wheels.HasAround);
            var contents = sides[true].Select(n => ContentOf(image, n)).ToHashSet();
            var others = sides[false].Select(n => ContentOf(image, n)).ToHashSet();
            // The same bytes twice are a duplicate.
            if (contents.Count == 0 || others.Count == 0 || contents.Overlaps(others))
                continue;
            system.AddRange(sides[false]);
            own.AddRange(sides[true]);
        }

        foreach (var (nodes, beside, key) in ((List<int>, List<int>, string)[])
            [(system, own, "system"), (own, system, "wheels")])
        {
            var bytes = beside.Sum(n => SizeOf(image, n));
            var biggest = beside.OrderByDescending(n => SizeOf(image, n)).FirstOrDefault(FileTree.Root);
            foreach (var (layer, evidence) in VisibleFiles.ByLayer(image, nodes))
                if (evidence.DiskBytes >= Smallest)
                    yield return image.Finding(new(
                        Id,
                        $"{(evidence.Count == 1 ? "1 GPU library" : $"{evidence.Count} GPU libraries")} of "
                            + (key == "system" ? "the system that Python packages bring as well"
                                : "Python packages that the system has as well"),
                        Confidence.Maybe,
                        layer,
                        evidence,
                        new Fix(
                            $"{evidence.BiggestPath()} and {Phrases.Path(image.Tree.PathOf(biggest))} have one SONAME "
                                + $"and other bytes: {Phrases.Size(evidence.DiskBytes)} here and "
                                + $"{Phrases.Size(bytes)} there. One of them is enough: Python packages load their own "
                                + "first. Take a base without these libraries, or packages built for those of the "
                                + "base. Check first what else is linked with them.",
                            "FROM <a base without CUDA>   # the Python packages bring their own"))
                    {
                        Key = key,
                    });
        }
    }

    /// <summary>Packages for GPUs, and parts of frameworks, where nothing says that the image wants one.</summary>
    private IEnumerable<Finding> Unasked(
        FindingContext image, List<(int Node, string Name)> libraries, Subtrees wheels)
    {
        if (Asks(image) || libraries.Exists(l => KeyOf(l.Name).Length > 0 && !wheels.HasAround(l.Node)))
            yield break;
        image.Work.Spend(image.Packages.Claims.Count);
        var packages = image.Packages.Claims.Where(c => c.Ecosystem == "pypi" && IsOfGpu(c.Name)).ToList();
        foreach (var package in packages)
            image.Work.Spend(package.Nodes.Count);
        var nodes = packages.SelectMany(p => p.Nodes)
            .Where(n => image.Tree.Nodes[n] is { Visible: true, Inode: >= 0 })
            .Concat(libraries.Where(l => wheels.HasAround(l.Node)).Select(l => l.Node)).Distinct();
        foreach (var (layer, evidence) in VisibleFiles.ByLayer(image, nodes))
            if (evidence.DiskBytes >= Smallest)
                yield return image.Finding(new(
                    Id,
                    "Python packages for GPUs, and nothing asks for a GPU",
                    Confidence.Maybe,
                    layer,
                    evidence,
                    new Fix(
                        "Neither variables nor the start command nor libraries of the system say that the image runs "
                            + $"on a GPU: {Phrases.Size(evidence.DiskBytes)}, {evidence.BiggestPath()} first. The "
                            + "frameworks have builds for CPUs alone. Check first: the program may use a GPU where the "
                            + "container gets one.",
                        "RUN pip install --no-cache-dir --index-url <index of the CPU builds> torch"))
                {
                    Key = "unasked",
                });
    }

    private static bool Asks(FindingContext image) =>
        Array.Exists(Variables, v => image.Variable(v) is not null)
        || image.Facts.Environment.Any(e => e.StartsWith("LD_LIBRARY_PATH=", StringComparison.Ordinal)
            && e.Contains("cuda", StringComparison.OrdinalIgnoreCase))
        || image.Used.Start.Words.Any(w => Words.Any(a => w.Contains(a, StringComparison.OrdinalIgnoreCase)));

    private static bool IsOfGpu(string name) =>
        (name.StartsWith("nvidia-", StringComparison.Ordinal) && name.Contains("-cu", StringComparison.Ordinal))
        || name is "triton" or "pytorch-triton" or "pytorch-triton-rocm"
        || name.StartsWith("cupy-cuda", StringComparison.Ordinal)
        || name.StartsWith("jax-cuda", StringComparison.Ordinal);

    /// <summary>Files that are called like a library or a part of this kind.</summary>
    private static IEnumerable<(int Node, string Name)> Named(FindingContext image)
    {
        var tree = image.Tree;
        image.Work.Spend(tree.Nodes.Length);
        for (var i = 1; i < tree.Nodes.Length; i++)
            if (tree.Nodes[i] is { Visible: true, Kind: EntryKind.File, Inode: >= 0 } && tree.NameOf(i) is var bytes
                && bytes.StartsWith("lib"u8) && bytes.IndexOf(".so"u8) > 0
                && PathText.FromName(bytes) is var name
                && (Array.Exists(Libraries, l => name.AsSpan(3).StartsWith(l, StringComparison.Ordinal))
                    || Array.Exists(Parts, p => name.StartsWith(p, StringComparison.Ordinal))))
                yield return (i, name);
    }

    /// <summary>libcudart.so.12 of libcudart.so.12.4.127 and of libcudart-a7b20f20.so.12.</summary>
    private static string KeyOf(string name) =>
        SoName().Match(name) is { Success: true } match ? $"{match.Groups[1].Value}.so.{match.Groups[2].Value}" : "";

    private static (UInt128 Hash, long Size) ContentOf(FindingContext image, int node) =>
        image.Tree.ContentOf(image.Tree.Inodes[image.Tree.Nodes[node].Inode]);

    private static long SizeOf(FindingContext image, int node) => ContentOf(image, node).Size;

    [GeneratedRegex(@"^(lib[A-Za-z0-9_+]+)(?:-[0-9a-f]{8})?\.so\.([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex SoName();
}
