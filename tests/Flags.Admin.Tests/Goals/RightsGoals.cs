using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>Every form of every page, for everybody: a control is disabled exactly where its post is refused, and each refusal is in the audit.</summary>
public sealed class RightsGoals
{
    /// <summary>Not about rights: they end the session that the test needs, or need a browser's passkey.</summary>
    private static readonly string[] Own = ["/admin/do/sign-out", "/admin/do/passkey", "add-passkey", "sign-out-everywhere"];

    /// <summary>Rows of a list have the same forms; the default suite takes one of a kind from all pages.</summary>
    private static readonly int Alike = Goal.Count(1, 3);

    private readonly Dictionary<PageClient, string> values = [];

    private static readonly (string Name, string Role)[] People = [("vera", "viewer"), ("sam", "operator"), ("anna", "admin")];

    [Fact]
    public async Task A_control_is_disabled_exactly_where_its_post_is_refused()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        foreach ((string name, string role) in People)
            await server.AddPersonAsync(name, role);
        string[] paths = await FillAsync(server);
        await using var beating = new Beating(server);
        var seen = new List<Dictionary<string, Control>>();
        var clients = new List<PageClient>();
        foreach ((string name, _) in People)
        {
            clients.Add(await server.SignInAsync(name));
            seen.Add(await ReadAsync(clients[^1], paths));
        }

        // The admin's pages have every form; what somebody else does not see is posted all the same.
        Dictionary<string, Control> all = seen[^1];
        Assert.True(all.Count > Goal.Count(40, 150), $"only {all.Count} forms");
        int posts = 0;
        foreach ((int who, (string name, _)) in People.Index())
        {
            foreach (string key in all.Keys.Union(seen[who].Keys))
                await CheckAsync(server, clients[who], name, key, seen[who].GetValueOrDefault(key), seen[who].GetValueOrDefault(key) ?? all[key]);
            posts += all.Count;
        }

        using var stranger = new PageClient(server.Address);
        foreach ((string key, Control control) in all.Where(c => !c.Value.Action.EndsWith("/theme", StringComparison.Ordinal)))
            await TurnedAwayAsync(stranger, key, control);
        clients.ForEach(c => c.Dispose());
        Goal.Record(19, "controls disabled exactly where the post is refused", $"{all.Count} forms, {posts + all.Count} posts of viewer, operator, admin, anonymous", "all; refusals audited", true);
    }

    private static async Task<string[]> FillAsync(TestServer server)
    {
        await SampleFeatures.AddAsync(server);
        SampleHolds holds = await SampleHolds.PlaceAsync(server);
        (string key, string row) = await SampleKeys.AddAsync(server);
        await SampleWorkers.ReportAsync(server);
        await SampleWorkers.ClaimAsync(server);
        return
        [
            "/admin/features", "/admin/new-feature", "/admin/features/search", "/admin/features/search?edit=details", "/admin/features/search?edit=expression", "/admin/features/geo_routing?edit=expression",
            "/admin/features/beta_dashboard?edit=actors", "/admin/features/nightly_reports", "/admin/features/payments_v3", "/admin/features/none_such", "/admin/compare?name=search&from=0&to=" + (await server.FindAsync("search"))!.Version,
            "/admin/deploys", $"/admin/deploys/{holds.Draining}", $"/admin/deploys/{holds.Ended}", "/admin/new-hold?feature=search", "/admin/audit", "/admin/audit/" + row,
            "/admin/workers", "/admin/claims?key=message:1718", "/admin/claims?key=message:once", "/admin/jump?q=search", "/admin/jump?q=off%20audit_stream", "/admin/settings", "/admin/help", "/admin/me", "/admin/keys", "/admin/keys/" + key, "/admin/new-key?preset=deploy", "/admin/new-key?preset=custom",
        ];
    }

    /// <summary>Every button that sends a post, and the forms that Enter sends.</summary>
    private static async Task<Dictionary<string, Control>> ReadAsync(PageClient client, string[] paths)
    {
        var controls = new Dictionary<string, Control>(StringComparer.Ordinal);
        var alike = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            PageAnswer page = await client.GetAsync(path);
            if (Goal.IsLong)
                alike.Clear();
            foreach (IHtmlFormElement form in page.Document.QuerySelectorAll("form[method=post]").Cast<IHtmlFormElement>())
            {
                foreach (IElement button in form.QuerySelectorAll("button:not([type=button])"))
                {
                    var control = new Control(path, form, button);
                    string kind = $"{control.Action} {control.Field("do")} {control.Field("gate")} {button.GetAttribute("name")} {button.ClassName}";
                    alike[kind] = alike.GetValueOrDefault(kind) + 1;
                    if (alike[kind] <= Alike && !Own.Contains(control.Action) && !Own.Contains(control.Field("do")))
                        controls[control.Key] = control;
                }
            }
        }

        return controls;
    }

    private async Task CheckAsync(TestServer server, PageClient client, string name, string key, Control? shown, Control sent)
    {
        string count = $"select count(*) from flags.audit where what = 'refused' and caller_name = '{name}'";
        long before = await server.SqlAsync<long>(count);
        PageAnswer answer = await PostAsync(client, sent);
        bool refused = answer.Redirected is null && answer.Status == HttpStatusCode.Forbidden;
        Assert.True((int)answer.Status < 500 && answer.Status != HttpStatusCode.BadRequest, $"{name}, {key}: {answer.Status} {answer.Main}");
        Assert.True(shown is null ? refused : shown.IsDisabled == refused, $"{name}, {key}: {(shown is null ? "not shown" : shown.IsDisabled ? "disabled" : "enabled")}, but {answer.Status} {answer.Main}");
        Assert.True(before + (refused ? 1 : 0) == await server.SqlAsync<long>(count), $"{name}, {key}: {answer.Status}, and the audit has {await server.SqlAsync<long>(count) - before} refusals");
    }

    /// <summary>With a form value of its own, as an anonymous person would have from the sign-in page.</summary>
    private async Task TurnedAwayAsync(PageClient client, string key, Control control)
    {
        PageAnswer answer = await PostAsync(client, control);
        Assert.True(answer.Redirected?.StartsWith("/admin/sign-in", StringComparison.Ordinal) == true, $"anonymous, {key}: {answer.Status} {answer.Redirected}");
    }

    private async Task<PageAnswer> PostAsync(PageClient client, Control control)
    {
        if (!values.TryGetValue(client, out string? value))
        {
            PageAnswer page = await client.GetAsync("/admin/features");
            page = page.Location is { } door ? await client.GetAsync(door) : page;
            value = values[client] = page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        }

        return await client.PostAsync(control.Action, [.. control.Fields.Where(f => f.Key != "__RequestVerificationToken"), new("__RequestVerificationToken", value)]);
    }

    /// <summary>One button of one form of one page.</summary>
    private sealed record Control(string Path, IHtmlFormElement Form, IElement Button)
    {
        public string Action => Form.GetAttribute("action")!;

        public bool IsDisabled => Button.GetAttribute("aria-disabled") == "true";

        public string Key => $"{Path}: {Action} {Field("do")} {Field("gate")} {Field("name")} {Button.Id ?? Button.TextContent.Trim()}";

        public IEnumerable<KeyValuePair<string, string>> Fields => Button.GetAttribute("name") is { } name
            ? PageClient.Fields(Form).Append(KeyValuePair.Create(name, Button.GetAttribute("value") ?? "")) : PageClient.Fields(Form);

        public string Field(string name) => PageClient.Fields(Form).FirstOrDefault(f => f.Key == name).Value ?? "";
    }
}
