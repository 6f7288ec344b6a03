namespace Flags.Client;

/// <summary>How a deploy holds features.</summary>
public sealed record HoldOptions
{
    /// <summary>Life without renewal, which happens in the background: 1 s to 30 min, default 2 min. A killed deploy blocks everybody for this long at most.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest that it can be renewed to in all: up to 24 h, default 2 h.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Whether no other hold may stand beside it; default false: holds overlap, and the feature is back when the last one ends.</summary>
    public bool Exclusive { get; init; }

    /// <summary>How long to wait for an exclusive hold of somebody else to end, and for a server that does not answer: from 0 (default), at least two attempts.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Where people can see what happens, such as the pipeline's page; http or https.</summary>
    public string? Url { get; init; }

    /// <summary>Who holds, for people; default the program and the machine.</summary>
    public string Holder { get; init; } = ThisProcess.Name;
}
