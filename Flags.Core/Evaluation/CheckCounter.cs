namespace Flags.Core;

/// <summary>
/// How often a feature was asked, over all its versions. An interlocked increment would cost several times what the check costs, so two
/// threads that check the same feature in the same nanosecond may count as one.
/// </summary>
internal sealed class CheckCounter
{
    private long _on, _off;

    public (long On, long Off) Total => (Volatile.Read(ref _on), Volatile.Read(ref _off));

    public bool Count(bool on)
    {
        if (on)
            _on++;
        else
            _off++;
        return on;
    }
}
