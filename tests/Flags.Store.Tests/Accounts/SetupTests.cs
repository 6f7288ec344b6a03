using Microsoft.Extensions.DependencyInjection;

namespace Flags.Store.Tests;

public sealed class SetupTests
{
    [Fact]
    public async Task Of_two_people_with_a_code_each_exactly_one_becomes_the_first_admin()
    {
        await using Store store = await Store.OpenAsync();
        string[] codes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => InScopeAsync(store, async setup => (await setup.NewCodeAsync(CancellationToken.None))!)));
        // What a first call makes ready takes its time, and all of them wait for each other.
        await InScopeAsync(store, setup => setup.CreateAdminAsync(new NewAdmin("wrong", "Nobody", "nobody@example.org", "a long passphrase"), null, CancellationToken.None));
        PersonResult[] results = await Task.WhenAll(codes.Select((code, i) => InScopeAsync(store, setup =>
            setup.CreateAdminAsync(new NewAdmin(code, $"Person {i}", $"p{i}@example.org", "a long passphrase"), null, CancellationToken.None))));
        Assert.Single(results.OfType<PersonDone>());
        Assert.All(results.OfType<PersonRefused>(), refused => Assert.Equal("urn:flags:problem:set-up-done", refused.Problem.Type));
        Assert.Equal(0, await store.SqlAsync<long>("select count(*) from auth.setup_codes"));
        Assert.Equal(1, await store.SqlAsync<long>("select count(*) from flags.audit where what = 'person.create'"));
        Assert.Null(await InScopeAsync(store, setup => setup.NewCodeAsync(CancellationToken.None)));
    }

    [Theory]
    [InlineData("wrong", "Ann", "a@example.org", "a long passphrase", "code")]
    [InlineData(null, "", "a@example.org", "a long passphrase", "name")]
    [InlineData(null, "Ann", "nobody", "a long passphrase", "email")]
    [InlineData(null, "Ann", "a@example.org", "short", "passphrase")]
    public async Task A_refused_set_up_names_the_field_and_keeps_the_code(string? code, string name, string email, string passphrase, string field)
    {
        await using Store store = await Store.OpenAsync();
        string good = (await InScopeAsync(store, setup => setup.NewCodeAsync(CancellationToken.None)))!;
        PersonResult result = await InScopeAsync(store, setup => setup.CreateAdminAsync(new NewAdmin(code ?? good, name, email, passphrase), null, CancellationToken.None));
        Assert.Equal(field, Assert.Single(Assert.IsType<PersonRefused>(result).Problem.Errors!).Field);
        Assert.IsType<PersonDone>(await InScopeAsync(store, setup => setup.CreateAdminAsync(new NewAdmin(good, "Ann", "a@example.org", "a long passphrase"), null, CancellationToken.None)));
    }

    [Fact]
    public async Task A_code_is_stored_hashed_and_ends_after_a_day()
    {
        await using Store store = await Store.OpenAsync();
        string code = (await InScopeAsync(store, setup => setup.NewCodeAsync(CancellationToken.None)))!;
        Assert.Equal(1, await store.SqlAsync<long>("update auth.setup_codes set expires_at = clock_timestamp() - interval '1 second' returning 1::bigint"));
        PersonResult result = await InScopeAsync(store, setup => setup.CreateAdminAsync(new NewAdmin(code, "Ann", "a@example.org", "a long passphrase"), null, CancellationToken.None));
        Assert.IsType<PersonRefused>(result);
    }

    private static async Task<T> InScopeAsync<T>(Store store, Func<SetupStore, Task<T>> work)
    {
        using IServiceScope scope = store.Scope();
        return await work(scope.ServiceProvider.GetRequiredService<SetupStore>());
    }
}
