using System.Text.RegularExpressions;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Opens pages as a signed-in person and notes whatever the console and the content security policy complain about.</summary>
internal static class BrowserPages
{
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
    public static async Task<(IPage Page, List<string> Complaints)> OpenAsync(this IBrowserContext context, string path)
    {
        IPage page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Add(message.Text); };
        page.PageError += (_, error) => complaints.Add(error);
        page.Dialog += (_, dialog) => { complaints.Add("dialog: " + dialog.Message); _ = dialog.DismissAsync(); };
        await page.GotoAsync(path);
        return (page, complaints);
    }

    /// <summary>Where a link, a key or a form led to, with its script running: before that, keys lead nowhere and buttons post as without one.</summary>
    public static async Task ArrivesAsync(this IPage page, string path)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(path));
        await page.WaitForLoadStateAsync();
    }
}
