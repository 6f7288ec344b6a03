using Flags.Core;

namespace Flags.Client;

/// <summary>How a job enters.</summary>
public sealed record EnterOptions
{
    /// <summary>Life of the lease without renewal, which happens in the background: 1 s to 15 min, default 60 s. A killed job keeps a deploy waiting for this long at most.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Which job, for people; default the program and the machine, such as <c>ImportOrders on web-1</c>.</summary>
    public string Holder { get; init; } = ThisProcess.Name;

    /// <summary>The actor for whom the gates are asked; null asks for everyone.</summary>
    public Actor? Actor { get; init; }

    /// <summary>A lease of this process's key whose job starts this one: it may enter while a deploy waits for the parent. Null for none.</summary>
    public Guid? Parent { get; init; }

    /// <summary>On a feature with a limit: ask the one inside for its slot, as <see cref="FlagsClient.TakeOverAsync"/> does; default false.</summary>
    public bool Takeover { get; init; }

    /// <summary>What to do when the server cannot be reached; default <see cref="WhenUnreachable.Wait"/>.</summary>
    public WhenUnreachable WhenUnreachable { get; init; }

    /// <summary>Told each time the server says why the job may not enter yet, at least about once a minute while it waits; null tells nobody.</summary>
    public IProgress<NotEntered>? Progress { get; init; }
}
