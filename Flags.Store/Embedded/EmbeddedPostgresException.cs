namespace Flags.Store;

/// <summary>The embedded PostgreSQL cannot run; the message says why and what to do about it.</summary>
public sealed class EmbeddedPostgresException(string message) : Exception(message);
