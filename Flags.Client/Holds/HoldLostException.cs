namespace Flags.Client;

/// <summary>The hold is over, or too little of it is left: jobs may run again, though the deploy has not finished.</summary>
public sealed class HoldLostException : Exception
{
    internal HoldLostException(string message)
        : base(message)
    {
    }
}
