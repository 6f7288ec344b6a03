using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>One run of an action.</summary>
internal sealed record ActionCall(string Action, ActionForm Form, Caller Caller, CancellationToken Cancellation)
{
    public string Name => Form.Name;

    public WriteOptions Options => Form.Options();

    /// <summary>Back to the page; it shows what the audit row says, when there is one.</summary>
    public static ActionDone Done(string back, long? auditId) => new(LocalPath.With(back, ("done", auditId?.ToString()), ("edit", null)));

    public ActionRefused Refuse(Problem problem) => new(problem, Form.Back);

    public ActionRefused Invalid(string field, string message) => Refuse(Problems.Invalid("Correct it and send it again.", new FieldError(field, message)));
}
