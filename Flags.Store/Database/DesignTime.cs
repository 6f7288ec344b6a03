using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Flags.Store;

/// <summary>For <c>dotnet ef migrations add</c>; connects to nothing.</summary>
internal sealed class DesignTime : IDesignTimeDbContextFactory<FlagsDb>
{
    public FlagsDb CreateDbContext(string[] args) =>
        Create(NpgsqlDataSource.Create("Host=localhost"));

    /// <summary>A context outside the host's container; Identity's schema version comes through options, so it brings its own.</summary>
    internal static FlagsDb Create(NpgsqlDataSource source) => new(StoreStartup.Configure(new DbContextOptionsBuilder<FlagsDb>(), source)
        .UseApplicationServiceProvider(new ServiceCollection().Configure<IdentityOptions>(StoreServices.Configure).BuildServiceProvider()).Options);
}
