using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Registries;

/// <summary>A login that cannot be kept.</summary>
internal sealed class CredentialException(string detail) : ProblemException(ProblemKinds.CredentialInvalid, detail);
