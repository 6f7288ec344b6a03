namespace Flags.Store;

/// <summary>The database did not answer, or was too busy; nothing was changed. The caller may try again.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
