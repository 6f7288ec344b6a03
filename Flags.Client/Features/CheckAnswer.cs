using Flags.Core;

namespace Flags.Client;

/// <summary>Answer of <see cref="IFlagsApi.CheckAsync"/>.</summary>
/// <param name="Enabled">Whether the feature is on.</param>
/// <param name="Off">Why it is off (<c>held</c>, <c>off</c> or <c>not-found</c> ends its type), and when to ask again; null when it is on.</param>
public sealed record CheckAnswer(bool Enabled, Problem? Off);
