using Flags.Core;

namespace Flags.Client;

/// <summary>Answer of <see cref="IFlagsApi.GetSnapshotAsync"/>.</summary>
/// <param name="ETag">The tag to ask with the next time, quotes included.</param>
/// <param name="Body">The snapshot; null when it is the one of the tag asked with.</param>
public sealed record SnapshotAnswer(string ETag, SnapshotBody? Body);
