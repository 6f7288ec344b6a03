namespace Flags.Client;

/// <summary>The lease is over, or too little of it is left: the job must not go on, since a deploy may have begun.</summary>
public sealed class LeaseLostException : Exception
{
    internal LeaseLostException(string message)
        : base(message)
    {
    }
}
