namespace Flags.Admin;

/// <summary>Something to copy, and in which language it is.</summary>
public sealed record Snippet(string Language, string Code);
