using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>One browser for all tests; Debian's chromium unless <c>FLAGS_CHROMIUM</c> names another. Without one, browser tests are skipped and say so.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    private readonly SemaphoreSlim once = new(1, 1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    public static string Path => Environment.GetEnvironmentVariable("FLAGS_CHROMIUM") ?? "/usr/bin/chromium";

    public ValueTask InitializeAsync()
    {
        // Head-room for a busy machine.
        Assertions.SetDefaultExpectTimeout((float)Testing.Eventually.Deadline.TotalMilliseconds);
        return ValueTask.CompletedTask;
    }

    public async Task<IBrowser> BrowserAsync()
    {
        Assert.SkipUnless(File.Exists(Path), $"No Chromium at {Path}: install it or set FLAGS_CHROMIUM. Browser tests are skipped.");
        await once.WaitAsync();
        try
        {
            playwright ??= await Playwright.CreateAsync();
            return browser ??= await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = Flags });
        }
        finally
        {
            once.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        once.Dispose();
    }
}
