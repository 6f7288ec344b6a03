namespace Flags.Admin;

/// <summary>What stands below the blocks of the help page.</summary>
internal static class HelpWords
{
    public static readonly IReadOnlyList<(string Status, string Means, string Do)> Refusals =
    [
        ("423 Locked", "Closed now: the feature is off, a deploy holds it, it is full, or jobs are still inside. The answer says who, why, since when and until when.", "Wait and ask again with the same id; wait=50s lets the server wait for you, Retry-After says when to come back."),
        ("409 Conflict", "Something else is there: an exclusive hold, a feature of that name, an id that was used for something else, a hard limit.", "Read detail: it names what is there. Do not just repeat the same call."),
        ("410 Gone", "Over: the lease or hold expired, was revoked or was released.", "Stop the work that relied on it. Take a new id if you want to begin again."),
        ("428 Precondition Required", "The feature is protected and would be off afterwards.", "If that is what you want, send the header Flags-Confirm with its name; next shows the line."),
    ];

    public static readonly IReadOnlyList<(string Keys, string Does)> Keyboard =
    [
        ("Ctrl K", "palette: features, pages, actions"), ("/", "search"), ("?", "this list"), ("g then f d w a s h", "features, deploys, workers, audit, settings, help"), ("j k", "next and previous row"),
        ("Enter", "open the row"), ("Space", "switch the row"), ("e", "on a feature: would they get it?"), ("h", "on a feature: history"), ("y", "on a feature: copy the link"), ("u", "undo my last change"), ("Esc", "close"),
    ];

    public static readonly IReadOnlyList<(string Word, string Means)> Glossary =
    [
        ("Feature", "A name that code asks about and people turn on and off."),
        ("Gate", "One way to be on: for everyone, actors, groups, % of actors, % of time, an expression. Denied actors and groups win over all of them."),
        ("Actor", "Who or what a check is for, by id: User;42."),
        ("Group", "Actors with something in common, named by the caller: admins."),
        ("Expression", "A rule over an actor's properties: plan is “pro”."),
        ("Hold", "What a deploy places on features: off for everyone until it ends, which it does by itself if the deploy dies."),
        ("Lease", "What a job has while it is inside a feature; renewed as long as the job lives."),
        ("Drained", "Recorded once nobody is inside a held feature any more; from then on nobody gets in until the hold ends."),
        ("Token", "A number that each lease and hold has, greater than all before; a store can refuse smaller ones."),
        ("Claim", "The right of one of several programs to handle a message, once."),
        ("Takeover", "A new version asks the old one for its lease, and gets it when the old one is ready."),
        ("Worker", "A long-running process that says whether it is starting, ready, quiet or stopped."),
        ("Caller", "Who asks this server: a key or a person."),
        ("Version", "The number of a change; every change of a feature and every start and end of a hold has one."),
        ("Generation", "The life of the database; a restore or lossy fail-over begins another, and clients load everything anew."),
        ("Snapshot", "All features at one version, which the SDK keeps in memory."),
    ];
}
