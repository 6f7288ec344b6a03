using System.Net;
using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Names, reasons, tags, actors, key names, patterns and what is asked for are text on the pages of audit, comparison, keys, jump and help too.</summary>
public sealed class HostileGoals(Chromium chromium)
{
    [Fact]
    public async Task Hostile_texts_stay_texts_on_every_page()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await server.AddPersonAsync("anna", "admin");
        using PageClient client = await server.SignInAsync();
        string[] texts = [.. (Goal.IsLong ? HostileTextTests.Texts : HostileTextTests.Seeds.Where((_, n) => n % 3 == 0)).Distinct(StringComparer.Ordinal)];
        (string Path, string[] Kinds)[] plain = await KindsAsync(client, await WriteAsync(server, "plain text"));
        foreach (string text in texts)
        {
            (string Path, string[] Kinds)[] pages = await KindsAsync(client, await WriteAsync(server, text));
            foreach ((int index, (string path, string[] kinds)) in pages.Index())
                Assert.True(!kinds.Except(plain[index].Kinds).Any(), $"{path} has {string.Join(' ', kinds.Except(plain[index].Kinds))} more");
        }

        await BrowseAsync(server, texts[0]);
        Goal.Record(10, "hostile texts on audit, event, compare, keys, key, jump, help", $"{texts.Length} texts on {plain.Length} pages, no node more", ">= 200 in the long run", texts.Length >= Goal.Count(9, 200));
    }

    /// <summary>All of them in lists at once, in a browser: it says nothing and runs nothing.</summary>
    private async Task BrowseAsync(TestServer server, string text)
    {
        await using IBrowserContext context = await chromium.ContextAsync(server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/features");
        foreach (string path in new[] { "/admin/features?sort=changed", "/admin/audit", "/admin/keys", "/admin/jump?q=" + Uri.EscapeDataString(text), "/admin/help?feature=" + Uri.EscapeDataString(text), "/admin/audit?what=key" })
        {
            await page.GotoAsync(path);
            Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('main script, main img, main base, main meta, main style, [onload], [onerror], [onfocus]').length"));
        }

        await page.GotoAsync("/admin/features");
        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("#jump").FillAsync(text);
        await Assertions.Expect(page.Locator("#jumps li").First).ToContainTextAsync(text);
        Assert.Empty(complaints);
    }

    /// <summary>A feature with two versions and a key with this text wherever one can be; the answer is where they are shown.</summary>
    private static async Task<string[]> WriteAsync(TestServer server, string text)
    {
        string name = FeatureName.Normalize("h" + text), escaped = Uri.EscapeDataString(name);
        var because = new WriteOptions { Reason = text };
        await server.Store.CreateAsync(ServerSteps.Key, new CreateFeature { Name = name, Description = text, Owner = text, Tags = [text] }, because, CancellationToken.None);
        WriteResult gates = await server.Store.PatchGatesAsync(ServerSteps.Key with { Name = text }, name, new GatesPatch { Actors = new SetPatch { Add = [text] }, DeniedGroups = new SetPatch { Add = [text] } }, because, CancellationToken.None);
        long row = Assert.IsType<Written>(gates).AuditId!.Value;
        KeyResult key = await server.Services.GetRequiredService<KeyStore>().MintAsync(ServerSteps.Key, new MintKey { Name = "k" + text, Permissions = ["read"], Pattern = text }, null, CancellationToken.None);
        string id = Assert.IsType<KeyDone>(key).Info.Id;
        return
        [
            "/admin/audit?feature=" + escaped, $"/admin/audit?who={Uri.EscapeDataString(text)}&what=none", "/admin/audit/" + row, $"/admin/compare?name={escaped}&from=0&to={(await server.FindAsync(name))!.Version}",
            "/admin/compare?name=none&from=" + Uri.EscapeDataString(text), "/admin/keys/" + id, "/admin/jump?q=" + escaped, "/admin/jump?q=none" + escaped, "/admin/help?for=curl&feature=" + escaped, "/admin/help?for=csharp&feature=" + escaped,
            "/admin/new-hold?feature=none" + escaped, "/admin/deploys?feature=none" + escaped, "/admin/new-feature?name=none" + escaped, "/admin/features?search=none" + escaped,
        ];
    }

    private static async Task<(string Path, string[] Kinds)[]> KindsAsync(PageClient client, string[] paths)
    {
        var kinds = new List<(string, string[])>();
        foreach (string path in paths)
        {
            PageAnswer page = await client.GetAsync(path);
            Assert.True(page.Status is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{path}: {page.Status}");
            kinds.Add((path, [.. page.Document.All.Select(e => e.LocalName).Distinct().Order()]));
        }

        return [.. kinds];
    }
}
