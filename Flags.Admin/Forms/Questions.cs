using Flags.Core;

namespace Flags.Admin;

/// <summary>What is asked before something is lost: consequences and numbers.</summary>
internal static class Questions
{
    public static ActionAsked PartlyOn(ActionCall call, Feature now, string to)
    {
        List<string> cleared = GateWords.Opening(now.Gates);
        var on = new AskButton("On for everyone", "on", false);
        var off = new AskButton("Turn off", "off", true);
        string title = to switch
        {
            "on" => $"Turn {now.Name} on for everyone?",
            "off" => $"Turn {now.Name} off?",
            _ => $"Change {now.Name}?",
        };
        string kept = now.Gates.DeniedActors.Count + now.Gates.DeniedGroups.Count > 0 ? " Who is denied stays denied." : "";
        return new ActionAsked(call.Action, call.Form.With(("to", null), (ActionForm.Clears, "yes")), title)
        {
            Lines =
            [
                $"It is partly on: {string.Join(", ", cleared)}.",
                $"{(to == "" ? "Both answers clear" : "This clears")} {(cleared.Count == 1 ? "it" : "all of them")}; Undo brings {(cleared.Count == 1 ? "it" : "them")} back.{kept}",
            ],
            TypeName = now.Protected && to == "off",
            Buttons = to switch { "on" => [on], "off" => [off], _ => [on, off] },
        };
    }

    public static ActionAsked Protected(ActionCall call) => new(call.Action, call.Form.With(("confirm", call.Form.Confirm)), $"Turn {call.Name} off?")
    {
        Lines = [$"{call.Name} is protected, and after this change it would be off for everyone. Whatever checks it gets “off” within a second."],
        TypeName = true,
        Buttons = [new AskButton("Turn off", call.Form["to"], true)],
    };

    public static ActionAsked Delete(ActionCall call, Feature now) => new(call.Action, call.Form, $"Delete {now.Name}?")
    {
        Lines =
        [
            $"It is {GateWords.State(now.State).ToLowerInvariant()} now ({GateWords.OnFor(now.Gates)}). Deleted, it counts as off everywhere.",
            "Its history stays, and Undo or Revert bring it back.",
        ],
        TypeName = true,
        Buttons = [new AskButton("Delete", call.Form["to"], true)],
    };
}
