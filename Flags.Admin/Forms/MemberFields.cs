using Flags.Core;

namespace Flags.Admin;

/// <summary>The fields of the forms that add to and remove from lists. Adding and removing commutes, so they carry no version.</summary>
internal sealed record MemberFields(GatesPatch Patch, string? Error, string? Counts)
{
    public static MemberFields Read(ActionForm form, IReadOnlyList<string> before)
    {
        string gate = form["gate"];
        if (form.Has("remove"))
            return new MemberFields(Of(gate, new SetPatch { Remove = [form["remove"]] }), null, null);
        string[] all = [.. MemberText.Read(form["add"]).Distinct(StringComparer.Ordinal)];
        int longest = gate is "groups" or "deniedGroups" ? Limits.GroupNameLength : Limits.ActorIdLength;
        string[] fitting = [.. all.Where(m => m.Length <= longest)];
        if (all.Length == 0)
            return new MemberFields(new GatesPatch(), "nothing to add; enter one a line, or separated by commas", null);
        if (fitting.Length == 0)
            return new MemberFields(new GatesPatch(), $"every entry is longer than {longest:N0} characters", null);
        var known = before.ToHashSet(StringComparer.Ordinal);
        string counts = $"{fitting.Count(known.Contains)} {all.Length - fitting.Length}";
        return new MemberFields(Of(gate, new SetPatch { Add = fitting }), null, counts);
    }

    public static IReadOnlyList<string> Members(Gates gates, string gate) => gate switch
    {
        "groups" => gates.Groups,
        "deniedActors" => gates.DeniedActors,
        "deniedGroups" => gates.DeniedGroups,
        _ => gates.Actors,
    };

    private static GatesPatch Of(string gate, SetPatch patch) => gate switch
    {
        "groups" => new GatesPatch { Groups = patch },
        "deniedActors" => new GatesPatch { DeniedActors = patch },
        "deniedGroups" => new GatesPatch { DeniedGroups = patch },
        _ => new GatesPatch { Actors = patch },
    };
}
