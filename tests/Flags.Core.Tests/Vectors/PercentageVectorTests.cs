using System.Text;
using System.Text.Json;

namespace Flags.Core.Tests;

public sealed class PercentageVectorTests
{
    public static TheoryData<int, string> Actors => VectorFile.Rows("percentage_of_actors");

    public static TheoryData<int, string> Time => VectorFile.Rows("percentage_of_time");

    public static TheoryData<int, string> Parameters => VectorFile.Rows("percentage_parameter");

    [Theory]
    [MemberData(nameof(Actors))]
    public void Percentage_of_actors_decides_as_Flipper(int index, string vector)
    {
        var expected = VectorFile.List("percentage_of_actors")[index];
        var name = expected.GetProperty("feature").GetString()!;
        var actors = expected.GetProperty("actors").EnumerateArray().Select(id => new Actor(id.GetString())).ToArray();
        var percentage = Percentage.FromStored(expected.GetProperty("percentage").GetString()!);
        var snapshot = Given.Snapshot(Given.Feature(name, new Gates { PercentageOfActors = percentage }));

        var crc = ~Crc32.Append(Crc32.Start, Encoding.UTF8.GetBytes(expected.GetProperty("hash_input").GetString()!));
        Assert.Equal(expected.GetProperty("crc32").GetUInt32(), crc);
        Assert.Equal(expected.GetProperty("bucket").GetUInt32(), new Bucket(name).Of(new Subjects(actors)));
        Assert.True(expected.Bool("enabled") == snapshot.Evaluate(name, actors, Given.Context).Enabled, vector);
        if (actors is [{ Id: { } id }])
            Assert.True(expected.Bool("enabled") == snapshot.IsEnabled(name, id, Given.Context), vector);
    }

    [Theory]
    [MemberData(nameof(Time))]
    public void Percentage_of_time_decides_as_Flipper(int index, string vector)
    {
        var expected = VectorFile.List("percentage_of_time")[index];
        var gates = new Gates { PercentageOfTime = Percentage.FromStored(expected.GetProperty("percentage").GetString()!) };
        var context = Given.Drawing(expected.GetProperty("random").GetDouble());
        var snapshot = Given.Snapshot(Given.Feature("search", gates));

        Assert.True(expected.Bool("enabled") == snapshot.IsEnabled("search", context), vector);
        Assert.True(expected.Bool("enabled_with_actor") == snapshot.IsEnabled("search", "User;1", context), vector);
        Assert.Equal(expected.GetProperty("state").GetString(), JsonSerializer.SerializeToElement(gates.State).GetString());
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Percentage_parameter_is_read_as_Flipper_reads_it(int index, string vector)
    {
        var expected = VectorFile.List("percentage_parameter")[index];
        var read = Percentage.TryParse(expected.GetProperty("input").GetString()!, out var percentage);

        Assert.True(expected.GetProperty("status").GetInt32() == 200 == read, vector);
        Assert.Equal(expected.TextOrNull("stored") ?? "0", percentage.Text);
    }
}
