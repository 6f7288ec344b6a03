using Flags.Core;

namespace Flags.Client;

/// <summary>Who is still inside a held feature.</summary>
/// <param name="Left">How many of the jobs that were inside at the beginning are gone.</param>
/// <param name="Total">How many were inside at the beginning, or more if sub-jobs came since.</param>
/// <param name="Inside">The jobs, oldest first: which, since when, until when at the latest.</param>
/// <param name="Waited">Since the drain began.</param>
public sealed record DrainProgress(int Left, int Total, IReadOnlyList<LeaseInfo> Inside, TimeSpan Waited);
