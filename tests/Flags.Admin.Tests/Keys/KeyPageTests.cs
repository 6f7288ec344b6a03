using System.Net;
using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin.Tests;

/// <summary>Keys: made, shown once, rotated with an overlap, revoked.</summary>
public sealed class KeyPageTests(AdminServer admin)
{
    [Fact]
    public async Task A_new_key_works_at_once_and_its_secret_is_never_shown_again()
    {
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/new-key?preset=deploy");
        Assert.Equal("deploy", new Uri(admin.Server.Address, page.Form("main form").GetAttribute("action")).Query.Split('=')[1]);
        PageAnswer made = await client.SubmitAsync(page.Form("main form"), null, ("name", "key_once"), ("pattern", "jobs_*"));
        Assert.Equal(HttpStatusCode.OK, made.Status);
        string secret = Secret(made);
        Assert.Contains("shown only this once", made.Main, StringComparison.Ordinal);
        Assert.Null(made.Document.Body!.GetAttribute("data-events"));
        Assert.Equal(HttpStatusCode.NoContent, await CheckAsync(secret));

        KeyInfo key = await FindAsync("key_once");
        Assert.Equal(("evaluate read hold", "jobs_*", "anna"), (string.Join(' ', key.Permissions), key.Pattern, key.CreatedBy));
        Assert.InRange((key.ExpiresAt!.Value - key.CreatedAt).TotalDays, 363, 367);
        foreach (string path in new[] { "/admin/keys", "/admin/keys/" + key.Id, "/admin/new-key", "/admin/audit?what=key", "/api/v1/keys" })
            Assert.DoesNotContain(secret[13..], (await client.GetAsync(path)).Html, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[13..], await admin.Server.SqlAsync<string>("select string_agg(change::text || coalesce(reason, ''), '') from flags.audit where what like 'key.%'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_steps_have_this_servers_address_and_a_feature_the_key_may_use()
    {
        await admin.Server.CreateAsync("keyed_import");
        using PageClient client = await admin.SignInAsync();
        PageAnswer made = await MakeAsync(client, "job", "key_steps", ("pattern", "keyed_*"));
        string[] blocks = [.. made.Document.QuerySelectorAll(".tabs code").Select(c => c.TextContent)];
        Assert.Equal(3, blocks.Length);
        string address = admin.Server.Address.ToString().TrimEnd('/'), secret = Secret(made);
        Assert.All(blocks, block => Assert.Contains(address, block, StringComparison.Ordinal));
        Assert.All(blocks, block => Assert.Contains(secret, block, StringComparison.Ordinal));
        Assert.Contains("flags run keyed_import -- ./job.sh", blocks[1], StringComparison.Ordinal);
        Assert.DoesNotContain("flags deploy", blocks[1], StringComparison.Ordinal);
        Assert.Equal(["curl", "flags", "C#"], made.Document.QuerySelectorAll(".tabs input").Select(i => i.GetAttribute("value")));
    }

    [Theory]
    [InlineData("deploy", "evaluate read hold")]
    [InlineData("job", "evaluate lease")]
    [InlineData("worker", "evaluate lease claim worker")]
    [InlineData("read", "evaluate read")]
    public async Task A_preset_gives_no_more_than_it_needs(string preset, string may)
    {
        using PageClient client = await admin.SignInAsync();
        await MakeAsync(client, preset, "key_" + preset);
        Assert.Equal(may, string.Join(' ', (await FindAsync("key_" + preset)).Permissions));
    }

    [Fact]
    public async Task A_custom_key_may_what_was_chosen_and_needs_something_chosen()
    {
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/new-key?preset=custom");
        PageAnswer none = await client.SubmitAsync(page.Form("main form"), null, ("name", "key_custom"), ("ends", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, none.Status);
        Assert.Contains("Not made. Choose at least one thing it may do.", none.Main, StringComparison.Ordinal);
        Assert.Equal("key_custom", none.Document.QuerySelector("#name")!.GetAttribute("value"));
        await client.SubmitAsync(none.Form("main form"), null, ("may", "write"));
        KeyInfo key = await FindAsync("key_custom");
        Assert.Equal(["write"], key.Permissions);
        Assert.Null(key.ExpiresAt);
    }

    [Theory]
    [InlineData("ends", "soon", "\"soon\" is no date")]
    [InlineData("ends", "2020-01-01", "2020-01-01 is over")]
    [InlineData("ends", "2999-01-01", "more than 10 years away")]
    [InlineData("name", "  ", "name: must have 1 to 100 characters")]
    [InlineData("name", "key_taken", "There is a key key_taken already")]
    [InlineData("may", "everything", "permissions: must be one or more of")]
    public async Task What_is_wrong_is_said_and_nothing_typed_is_lost(string field, string value, string words)
    {
        using PageClient client = await admin.SignInAsync();
        if (value == "key_taken")
            await MakeAsync(client, "read", "key_taken");
        PageAnswer page = await client.GetAsync("/admin/new-key?preset=job");
        string name = field == "name" ? value : "key_wrong_" + field;
        PageAnswer wrong = await client.SubmitAsync(page.Form("main form"), null, [("name", name), ("pattern", "x_*"), .. field == "name" ? Array.Empty<(string, string)>() : [(field, value)]]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains(words, wrong.Words("#key-error"), StringComparison.Ordinal);
        Assert.Equal("x_*", wrong.Document.QuerySelector("#pattern")!.GetAttribute("value"));
        Assert.DoesNotContain("flg_", wrong.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotated_the_old_secret_works_on_and_the_page_says_who_still_uses_it()
    {
        using PageClient client = await admin.SignInAsync();
        string old = Secret(await MakeAsync(client, "job", "key_rotated"));
        string path = "/admin/keys/" + (await FindAsync("key_rotated")).Id;
        PageAnswer page = await client.GetAsync(path);
        Assert.Contains("never", page.Words(".facts"), StringComparison.Ordinal);
        PageAnswer rotated = await client.SubmitAsync(page.FormOf("#rotate"), "rotate", ("keep", "24"));
        string fresh = Secret(rotated);
        Assert.NotEqual(old, fresh);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (await CheckAsync(fresh), await CheckAsync(old)));
        await Eventually.TrueAsync(async () => (await client.GetAsync(path)).Words("#old").Contains("Still used", StringComparison.Ordinal), "the use of the old secret is shown");
        page = await client.GetAsync(path);
        Assert.Contains("from 127.0.0.1", page.Main, StringComparison.Ordinal);
        Assert.Contains("key tests/1", page.Main, StringComparison.Ordinal);
        Assert.Contains("rotating", (await client.GetAsync("/admin/keys")).Words($"#k-{path[12..]}"), StringComparison.Ordinal);

        PageAnswer ended = await client.SubmitAsync(page.FormOf("#rotate"), "rotate", ("keep", "0"));
        await Eventually.TrueAsync(async () => await CheckAsync(fresh) == HttpStatusCode.Unauthorized, "the replaced secret is refused");
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.NoContent), (await CheckAsync(old), await CheckAsync(Secret(ended))));
        Assert.Null((await client.GetAsync(path)).Document.QuerySelector("#old"));
    }

    [Fact]
    public async Task A_rotation_sent_twice_is_done_once_so_the_secret_in_use_works_on()
    {
        using PageClient client = await admin.SignInAsync();
        string old = Secret(await MakeAsync(client, "job", "key_twice"));
        PageAnswer page = await client.GetAsync("/admin/keys/" + (await FindAsync("key_twice")).Id);
        string fresh = Secret(await client.SubmitAsync(page.FormOf("#rotate"), "rotate"));
        PageAnswer again = await client.SubmitAsync(page.FormOf("#rotate"), "rotate");
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Contains("has had another secret since this form was made", again.Main, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (await CheckAsync(fresh), await CheckAsync(old)));
    }

    [Fact]
    public async Task Revoking_asks_for_the_name_and_ends_its_use()
    {
        using PageClient client = await admin.SignInAsync();
        string secret = Secret(await MakeAsync(client, "job", "key_revoked"));
        Assert.Equal(HttpStatusCode.NoContent, await CheckAsync(secret));
        PageAnswer page = await client.GetAsync("/admin/keys/" + (await FindAsync("key_revoked")).Id);
        PageAnswer asked = await client.SubmitAsync(page.FormOf("#revoke"));
        Assert.Equal(428, (int)asked.Status);
        PageAnswer wrong = await client.SubmitAsync(asked.Form("[data-ask] form"), "Revoke", ("confirm", "key_revoke"));
        Assert.Contains("That is not the name. Nothing was changed.", wrong.Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, await CheckAsync(secret));
        PageAnswer done = await client.SubmitAsync(wrong.Form("[data-ask] form"), "Revoke", ("confirm", "key_revoked"), ("reason", "it leaked"));
        Assert.Contains("The key key_revoked is revoked", done.Toast, StringComparison.Ordinal);
        Assert.Contains("Revoked", done.Words(".head"), StringComparison.Ordinal);
        Assert.Null(done.Document.QuerySelector("#rotate, #revoke"));
        await Eventually.TrueAsync(async () => await CheckAsync(secret) == HttpStatusCode.Unauthorized, "the key is refused");
        Assert.Contains("key_revoked", (await client.GetAsync("/admin/keys")).Words(".over"), StringComparison.Ordinal);
        Assert.Equal("it leaked", await admin.Server.SqlAsync<string>("select reason from flags.audit where what = 'key.revoke' and target = 'key_revoked'"));
    }

    [Theory]
    [InlineData("vera", "viewer")]
    [InlineData("sam", "operator")]
    public async Task Whoever_is_no_admin_sees_no_keys_and_changes_none(string name, string role)
    {
        MintedKey key = await admin.Server.MintAsync("evaluate");
        using PageClient client = await admin.SignInAsync(name);
        PageAnswer settings = await client.GetAsync("/admin/settings");
        Assert.DoesNotContain("Keys", settings.Words(".second"), StringComparison.Ordinal);
        foreach (string path in new[] { "/admin/keys", "/admin/keys/" + key.Info.Id, "/admin/new-key" })
        {
            PageAnswer refused = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
            Assert.Contains($"your role is {role}, and this page needs admin", refused.Main, StringComparison.Ordinal);
        }

        string form = settings.Document.QuerySelector("#theme input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        (string Path, KeyValuePair<string, string>[] Fields)[] posts =
        [
            ("/admin/new-key?preset=read", [new("_handler", "mint"), new("name", "key_of_" + name), new("may", "admin")]),
            ("/admin/keys/" + key.Info.Id, [new("_handler", "rotate"), new("keep", "0")]),
            ("/admin/do/revoke-key", [new("id", key.Info.Id), new("confirm", key.Info.Name), new("back", "/admin/features")]),
        ];
        foreach ((string path, KeyValuePair<string, string>[] fields) in posts)
        {
            PageAnswer refused = await client.PostAsync(path, [.. fields, new("__RequestVerificationToken", form)]);
            Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
            Assert.Contains("needs admin", refused.Main, StringComparison.Ordinal);
            Assert.DoesNotContain("flg_", refused.Main, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NoContent, await CheckAsync(key.Key));
        Assert.DoesNotContain(await KeysAsync(), k => k.Name == "key_of_" + name);
    }

    [Fact]
    public async Task Nobody_without_a_session_or_with_a_form_of_another_gets_anything()
    {
        MintedKey key = await admin.Server.MintAsync("evaluate");
        using var stranger = new PageClient(admin.Server.Address);
        foreach (string path in new[] { "/admin/keys", "/admin/new-key", "/admin/keys/" + key.Info.Id, "/admin/settings" })
            Assert.StartsWith("/admin/sign-in", (await stranger.GetAsync(path)).Location, StringComparison.Ordinal);
        using PageClient client = await admin.SignInAsync();
        (string Path, KeyValuePair<string, string>[] Fields)[] posts =
        [
            ("/admin/new-key?preset=read", [new("_handler", "mint"), new("name", "key_forged"), new("may", "admin")]),
            ("/admin/keys/" + key.Info.Id, [new("_handler", "rotate"), new("keep", "0")]),
            ("/admin/do/revoke-key", [new("id", key.Info.Id), new("confirm", key.Info.Name)]),
        ];
        foreach ((string path, KeyValuePair<string, string>[] fields) in posts)
            Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync(path, fields)).Status);
        Assert.Equal(HttpStatusCode.NoContent, await CheckAsync(key.Key));
        Assert.DoesNotContain(await KeysAsync(), k => k.Name == "key_forged");
    }

    [Fact]
    public async Task Hostile_names_and_programs_stay_texts()
    {
        using PageClient client = await admin.SignInAsync();
        PageAnswer plain = await client.GetAsync("/admin/keys/" + (await admin.Server.MintAsync("evaluate", "plain")).Info.Id);
        foreach (string text in HostileTextTests.Seeds)
        {
            PageAnswer made = await MakeAsync(client, "job", text, ("pattern", text));
            Assert.Equal(HttpStatusCode.OK, made.Status);
            Assert.Empty(made.Document.QuerySelectorAll("main script, main img, main base, main meta, main style"));
            using HttpClient hostile = admin.Server.Client(Secret(made));
            hostile.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", new string([.. text.Where(char.IsAscii)]));
            await hostile.GetAsync("/api/v1/features/jobs_processing/check");
            KeyInfo key = await FindAsync(text.Trim());
            PageAnswer page = await client.GetAsync("/admin/keys/" + key.Id);
            Assert.Equal(text.Trim(), page.Document.QuerySelector("h1 .name")!.TextContent);
            Assert.Equal(plain.Document.All.Select(e => e.LocalName).Distinct().Order(), page.Document.All.Select(e => e.LocalName).Distinct().Order());
        }
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_a_page_with_its_status()
    {
        using PageClient client = await admin.SignInAsync();
        PageAnswer answer = await client.GetAsync("/admin/keys/nobodys0");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("No such key", answer.Main, StringComparison.Ordinal);
    }

    private static string Secret(PageAnswer answer)
    {
        string secret = answer.Document.QuerySelector("#code-secret")?.TextContent ?? throw new InvalidOperationException("No secret in: " + answer.Main);
        Assert.Matches("^flg_[0-9a-z]{8}_[0-9A-Za-z]{38}$", secret);
        return secret;
    }

    private static async Task<PageAnswer> MakeAsync(PageClient client, string preset, string name, params (string, string)[] values) =>
        await client.SubmitAsync((await client.GetAsync("/admin/new-key?preset=" + preset)).Form("main form"), null, [("name", name), .. values]);

    private async Task<IReadOnlyList<KeyInfo>> KeysAsync() => (await admin.Server.Services.GetRequiredService<KeyStore>().ListAsync(CancellationToken.None)).Keys;

    private async Task<KeyInfo> FindAsync(string name) => (await KeysAsync()).Single(k => k.Name == name);

    private async Task<HttpStatusCode> CheckAsync(string key)
    {
        using HttpClient client = admin.Server.Client(key);
        client.DefaultRequestHeaders.Add("User-Agent", "key tests/1");
        using HttpResponseMessage answer = await client.GetAsync("/api/v1/features/jobs_processing/check");
        return answer.StatusCode;
    }
}
