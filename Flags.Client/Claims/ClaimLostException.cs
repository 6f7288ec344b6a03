namespace Flags.Client;

/// <summary>The claim is over: another attempt may have the key, and what was not completed yet must not go on.</summary>
public sealed class ClaimLostException : Exception
{
    internal ClaimLostException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
