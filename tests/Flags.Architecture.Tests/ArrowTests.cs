using System.Reflection;

namespace Flags.Architecture.Tests;

/// <summary>The arrows of the architecture: who may know whom.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Flags.Core"] = [],
        ["Flags.Store"] = ["Flags.Core"],
        ["Flags.Admin"] = ["Flags.Core", "Flags.Store"],
        ["Flags.Api"] = ["Flags.Admin", "Flags.Core", "Flags.Store"],
        ["Flags.Client"] = ["Flags.Core"],
        ["flags"] = ["Flags.Client", "Flags.Core"],
    };

    public static TheoryData<string> Rooms => [.. Arrows.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_knows_only_the_rooms_its_arrows_lead_to(string room)
    {
        IEnumerable<string> known = Assembly.Load(room).GetReferencedAssemblies().Select(a => a.Name!).Where(name => name.StartsWith("Flags.", StringComparison.Ordinal));
        Assert.Empty(known.Except(Arrows[room]));
    }

    [Fact]
    public void Core_knows_nothing_but_the_runtime()
    {
        string[] packages = ["Npgsql", "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore", "Microsoft.Extensions", "System.Net.Http"];
        Assert.Empty(References("Flags.Core", packages));
    }

    [Fact]
    public void Only_the_store_knows_EF_Core_and_SQL()
    {
        string[] database = ["Npgsql", "Microsoft.EntityFrameworkCore"];
        Assert.NotEmpty(References("Flags.Store", database));
        foreach (string room in Arrows.Keys.Where(r => r != "Flags.Store"))
        {
            Assert.Empty(References(room, database));
        }
    }

    [Fact]
    public void The_store_has_no_HTTP_types_in_its_signatures()
    {
        IEnumerable<string> http = Assembly.Load("Flags.Store").GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .SelectMany(method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType))
            .Select(type => type.FullName ?? "").Where(name => name.StartsWith("Microsoft.AspNetCore.Http", StringComparison.Ordinal));
        Assert.Empty(http);
    }

    [Fact]
    public void There_is_no_interface_with_one_implementation_but_the_typed_client()
    {
        Type[] own = [.. Arrows.Keys.SelectMany(room => Assembly.Load(room).GetTypes()).Where(type => type.Namespace?.StartsWith("Flags", StringComparison.Ordinal) == true)];
        IEnumerable<string> lonely = own.Where(type => type.IsInterface)
            .Where(contract => own.Count(type => type is { IsClass: true, IsAbstract: false } && contract.IsAssignableFrom(type)) == 1)
            .Select(contract => contract.Name).Where(name => name != "IFlagsApi");
        Assert.Empty(lonely);
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Names_avoid_the_words_that_say_nothing(string room)
    {
        // What takes the place of a BackgroundService is called like one.
        string[] empty = ["Manager", "Helper", "Service", "Util", "Toggle", "Ticket"];
        IEnumerable<string> named = Assembly.Load(room).GetTypes()
            .Where(type => type.Namespace?.StartsWith("Flags", StringComparison.Ordinal) == true && !type.Name.Contains('<'))
            .Select(type => type.Name).Where(name => name != "LeasedBackgroundService" && empty.Any(word => name.EndsWith(word, StringComparison.Ordinal)));
        Assert.Empty(named);
    }

    private static IEnumerable<string> References(string room, string[] prefixes) =>
        Assembly.Load(room).GetReferencedAssemblies().Select(a => a.Name!).Where(name => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
}
