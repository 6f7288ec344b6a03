using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Others change things meanwhile: nothing moves under the hands of whoever types, points or tabs.</summary>
public sealed class TypingGoals(AdminServer admin, Chromium chromium)
{
    [Fact]
    public async Task What_is_typed_its_caret_and_its_focus_stay_during_twenty_changes()
    {
        await admin.Server.CreateAsync("typing_goal");
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/features/typing_goal");
        await page.Locator("#i-percentage-actors").FillAsync("33.25");
        await page.Locator("#i-percentage-actors").PressAsync("Home");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.EvaluateAsync("window.field = document.activeElement");
        for (int change = 0; change < 20; change++)
        {
            await AddAsync(admin.Server, "typing_goal", change);
            if (Goal.IsLong)
                await Assertions.Expect(page.Locator("#g-actors .chips li")).ToHaveCountAsync(change + 1);
        }

        await Assertions.Expect(page.Locator("#g-actors .chips li")).ToHaveCountAsync(20);
        string now = await page.EvaluateAsync<string>("[document.activeElement === field, field.isConnected, field.id, field.value, field.selectionStart].join(' ')");
        Assert.Equal("true true i-percentage-actors 33.25 1", now);
        Goal.Record(21, "typing during 20 foreign changes", "value, caret, focus unchanged", "unchanged", true);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task The_focus_stays_on_the_same_control_however_often_the_page_refreshes()
    {
        int refreshes = Goal.Count(10, 100);
        await admin.Server.CreateAsync("typing_focus");
        await admin.Server.CreateAsync("typing_other");
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server);
        (IPage page, _) = await context.OpenAsync("/admin/features?search=typing_");
        await page.GetByRole(AriaRole.Switch, new() { Name = "typing_focus" }).FocusAsync();
        await page.EvaluateAsync("window.focused = document.activeElement");
        for (int change = 0; change < refreshes; change++)
        {
            await AddAsync(admin.Server, "typing_other", change);
            await Assertions.Expect(page.Locator("#rows")).ToContainTextAsync($"{change + 1} actor");
            Assert.True(await page.EvaluateAsync<bool>("document.activeElement === focused && focused.isConnected"), $"the focus went away at refresh {change}");
        }

        Goal.Record(21, "focus on the same control", $"{refreshes} refreshes", "100 refreshes, same", refreshes >= Goal.Count(10, 100));
    }

    [Fact]
    public async Task No_row_moves_while_the_pointer_is_down()
    {
        await using TestServer own = await ServerSteps.StartAsync();
        await own.AddPersonAsync("anna", "admin");
        await own.CreateAsync("pressed_first");
        await own.CreateAsync("pressed_second");
        await using IBrowserContext context = await chromium.ContextAsync(own);
        await context.AddInitScriptAsync("""
            window.told = 0; window.fetched = 0;
            const Source = EventSource, get = fetch;
            window.EventSource = class extends Source { constructor(url) { super(url); this.addEventListener('change', () => setTimeout(() => told++, 100)); } };
            window.fetch = (...all) => { fetched++; return get(...all); };
            """);
        (IPage page, _) = await context.OpenAsync("/admin/features?search=pressed_&sort=changed");
        ILocator rows = page.Locator("#rows th a");
        await Assertions.Expect(rows).ToHaveTextAsync(["pressed_second", "pressed_first"]);
        LocatorBoundingBoxResult box = (await page.Locator("#rows tr").First.BoundingBoxAsync())!;
        // Before the stream has begun, no event would tell of the change.
        await page.HearsAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + 4);
        await page.Mouse.DownAsync();
        int before = await page.EvaluateAsync<int>("fetched");
        await AddAsync(own, "pressed_first", 1);
        await page.WaitForFunctionAsync("() => told > 0");
        Assert.Equal(before, await page.EvaluateAsync<int>("fetched"));
        Assert.Equal(["pressed_second", "pressed_first"], await rows.AllInnerTextsAsync());
        await page.Mouse.UpAsync();
        await Assertions.Expect(rows).ToHaveTextAsync(["pressed_first", "pressed_second"]);
        Goal.Record(21, "rows under a pressed pointer", "0 moved", "0", true);
    }

    private async Task AddAsync(TestServer server, string name, int number) =>
        Assert.IsType<Written>(await server.Store.PatchGatesAsync(ServerSteps.Key, name, new GatesPatch { Actors = new SetPatch { Add = [$"User;{number:000}"] } }, WriteOptions.None, CancellationToken.None));
}
