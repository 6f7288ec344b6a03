using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Opens pages as a signed-in person and notes whatever the console and the content security policy complain about.</summary>
internal static class BrowserPages
{
    /// <summary>Notes how often a stream has said hello to the page, the newest stream, and how many fetches of the script are under way.</summary>
    private const string Ears = """
        {
          const get = fetch;
          window.hellos = 0;
          window.fetching = 0;
          window.EventSource = class extends EventSource { constructor(url) { super(url); window.stream = this; this.addEventListener('hello', () => hellos++); } };
          window.fetch = (...all) => { fetching++; return get(...all).finally(() => fetching--); };
        }
        """;

    /// <param name="chromium">The browser.</param>
    /// <param name="server">Whose pages.</param>
    /// <param name="person">Who is signed in; null for nobody.</param>
    /// <param name="script">Whether scripts run.</param>
    /// <param name="colours">What the system prefers.</param>
    /// <param name="width">In pixels.</param>
    public static async Task<IBrowserContext> ContextAsync(this Chromium chromium, TestServer server, string? person = "anna", bool script = true, ColorScheme colours = ColorScheme.Light, int width = 1280)
    {
        IBrowser browser = await chromium.BrowserAsync();
        IBrowserContext context = await browser.NewContextAsync(new()
        {
            BaseURL = server.Address.ToString(),
            JavaScriptEnabled = script,
            ColorScheme = colours,
            ViewportSize = new() { Width = width, Height = 800 },
            Locale = "en-GB",
        });
        if (person is null)
            return context;
        using PageClient client = await server.SignInAsync(person);
        await context.AddCookiesAsync(client.Cookies.GetCookies(server.Address).Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Url = server.Address.ToString() }));
        return context;
    }

    /// <summary>A page, and what went wrong on it so far.</summary>
    public static async Task<(IPage Page, IReadOnlyCollection<string> Complaints)> OpenAsync(this IBrowserContext context, string path)
    {
        IPage page = await context.NewPageAsync();
        // The browser complains on a thread of its own.
        var complaints = new ConcurrentQueue<string>();
        page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Enqueue(message.Text); };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Dialog += (_, dialog) => { complaints.Enqueue("dialog: " + dialog.Message); _ = dialog.DismissAsync(); };
        await page.AddInitScriptAsync(Ears);
        await page.GotoAsync(path);
        return (page, complaints);
    }

    /// <summary>Where a link, a key or a form led to, with its script running: before that, keys lead nowhere and buttons post as without one.</summary>
    public static async Task ArrivesAsync(this IPage page, string path)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(path));
        await page.WaitForLoadStateAsync();
    }

    /// <summary>Until the page's stream is open, so that it is told of whatever comes next, and what the page fetched because of that is answered.</summary>
    public static Task HearsAsync(this IPage page) => page.WaitForFunctionAsync("() => hellos > 0 && fetching === 0");
}
