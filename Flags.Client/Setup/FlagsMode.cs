namespace Flags.Client;

/// <summary>How a client learns of changes.</summary>
public enum FlagsMode
{
    /// <summary>As they happen, by one open connection; where that is cut, by polling until it works again.</summary>
    Stream,

    /// <summary>By asking every <see cref="FlagsOptions.PollInterval"/>, for networks that end long connections.</summary>
    Poll,
}
