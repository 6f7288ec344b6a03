using System.Net;
using System.Text.Json;
using Flags.Core;
using Flags.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Names, descriptions, tags, actors, reasons and searches are text, never markup.</summary>
public sealed class HostileTextTests(AdminServer admin, Chromium chromium)
{
    internal static readonly string[] Seeds =
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "'><b>x</b>", "</textarea><script>alert(1)</script>", "</title><h1>x</h1>", "javascript:alert(1)", "<!--", "-->", "]]>", "<![CDATA[", "&lt;b&gt;", "&#60;i&#62;",
        "{{7*7}}", "${7*7}", "@(7*7)", "%3Cscript%3E", "\u202egnp.exe", "\u2028alert(1)", "<style>*{display:none}</style>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>", "<form action=//evil.example>", "<input name=confirm value=x>",
        "\" autofocus onfocus=alert(1) x=\"",
    ];

    internal static readonly string[] Texts = [.. Seeds.SelectMany(seed => new[] { seed, seed.ToUpperInvariant(), seed + seed, "a" + seed, seed + "\"", seed + "'", " " + seed + "/", seed.Replace('<', '＜'), seed + "<" })];

    [Fact]
    public async Task Two_hundred_hostile_texts_stay_texts_in_every_field()
    {
        Assert.True(Texts.Length >= 200);
        await ImportAsync();
        string[] expected = await MarkupAsync("plain text");
        using PageClient client = await admin.SignInAsync();
        foreach (string text in Texts.Distinct(StringComparer.Ordinal))
            await CheckAsync(client, text, expected);
        Goal.Record(10, "hostile texts in every field of a feature's page", $"{Texts.Distinct(StringComparer.Ordinal).Count()} texts, no node more", ">= 200", true);
        foreach (string text in Seeds)
        {
            PageAnswer search = await client.GetAsync("/admin/features?search=" + Uri.EscapeDataString("no" + text));
            Assert.Empty(search.Document.QuerySelectorAll("main script, main img, main base, main meta, main style, main b, main i:not(.switch i)"));
        }
    }

    [Fact]
    public async Task A_browser_shows_them_and_runs_nothing()
    {
        foreach (string text in Seeds)
            await EnsureAsync(text);
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/features?tag=hostile");
        foreach (string text in Seeds.Take(6))
        {
            await page.GotoAsync("/admin/feature?name=" + Uri.EscapeDataString(text) + "&actor=" + Uri.EscapeDataString(text));
            await page.Locator("#turn-on").ClickAsync();
            await Assertions.Expect(page.Locator("dialog")).ToContainTextAsync("It is partly on");
            await page.Keyboard.PressAsync("Escape");
        }

        Assert.DoesNotContain(complaints, c => !c.Contains("status of 4", StringComparison.Ordinal));
        Goal.Record(10, "complaints of the browser under the strict policy", "0", "0", true);
    }

    private async Task CheckAsync(PageClient client, string text, string[] expected)
    {
        string name = FeatureName.Normalize(text);
        PageAnswer page = await client.GetAsync($"{LocalPath.OfFeature(name)}{(LocalPath.OfFeature(name).Contains('?', StringComparison.Ordinal) ? '&' : '?')}actor={Uri.EscapeDataString(text)}&properties={Uri.EscapeDataString(text)}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(name, page.Document.QuerySelector("h1 .name")!.TextContent);
        Assert.Equal(expected, Elements(page));
    }

    private async Task<string[]> MarkupAsync(string text)
    {
        await EnsureAsync(text);
        using PageClient client = await admin.SignInAsync();
        return Elements(await client.GetAsync($"/admin/feature?name={Uri.EscapeDataString(text)}&actor=x&properties=x"));
    }

    /// <summary>All of them in one write; what a name loses at its creation it must not have here.</summary>
    private async Task ImportAsync()
    {
        ExportedFeature[] features = [.. Texts.GroupBy(FeatureName.Normalize).Where(g => !Seeds.Contains(g.Key)).Select(g => new ExportedFeature
        {
            Name = g.Key, Description = g.First(), Owner = g.First(), Tags = ["hostile", g.First()], Gates = new Gates { Actors = [g.First()], Groups = [g.First()] },
        })];
        JsonElement body = JsonSerializer.SerializeToElement(new ExportBody("flags", 1, features), FlagsJson.Default.ExportBody);
        FeatureImport import = admin.Server.Services.GetRequiredService<FeatureImport>();
        Assert.IsType<ImportDone>(await import.RunAsync(ServerSteps.Key, body, ImportMode.Merge, false, new WriteOptions { Reason = Seeds[0] }, CancellationToken.None));
        foreach (string seed in Seeds)
            await EnsureAsync(seed);
    }

    /// <summary>Which kinds of elements a page has: a text that became markup would add one.</summary>
    private static string[] Elements(PageAnswer page) => [.. page.Document.All.Select(e => e.LocalName).Distinct().Order()];

    private async Task EnsureAsync(string text)
    {
        var body = new CreateFeature { Name = text, Description = text, Owner = text, Tags = ["hostile", text] };
        if (await admin.Server.Store.CreateAsync(ServerSteps.Key, body, new WriteOptions { Reason = text }, CancellationToken.None) is not Written)
            return;
        WriteResult result = await admin.Server.Store.PatchGatesAsync(ServerSteps.Key, FeatureName.Normalize(text), new GatesPatch { Actors = new SetPatch { Add = [text] }, Groups = new SetPatch { Add = [text] } }, new WriteOptions { Reason = text }, CancellationToken.None);
        Assert.IsType<Written>(result);
    }
}
