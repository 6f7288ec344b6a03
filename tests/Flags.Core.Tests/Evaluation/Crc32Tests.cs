using System.Text;
using FsCheck.Fluent;

namespace Flags.Core.Tests;

public sealed class Crc32Tests
{
    [Fact]
    public void Check_value_is_that_of_the_catalogue() => Assert.Equal(0xCBF43926u, ~Crc32.Append(Crc32.Start, "123456789"u8));

    [Fact]
    public void Every_way_agrees_with_the_definition_for_all_lengths_and_states()
    {
        var random = new Random(1);
        var bytes = new byte[300];
        for (var length = 0; length <= bytes.Length; length++)
        {
            random.NextBytes(bytes);
            var state = (uint)random.NextInt64(uint.MaxValue);
            var message = bytes.AsSpan(0, length);
            var expected = ByDefinition(state, message);
            Assert.Equal(expected, Crc32.Append(state, message));
            Assert.Equal(expected, Crc32.AppendByTable(state, message));
            if (Crc32Folding.IsSupported && length >= Crc32Folding.Least)
                Assert.Equal(expected, Crc32Folding.Append(state, message));
            if (System.Runtime.Intrinsics.Arm.Crc32.Arm64.IsSupported)
                Assert.Equal(expected, Crc32Arm.Append(state, message));
        }
    }

    [Fact]
    public void This_machine_has_tried_a_way_without_tables() =>
        Assert.SkipUnless(
            Crc32Folding.IsSupported || System.Runtime.Intrinsics.Arm.Crc32.Arm64.IsSupported,
            "this processor has neither PCLMULQDQ nor ARM's CRC-32, so only the tables have been tried");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bucket_of_a_text_is_that_of_its_bytes_for_all_lengths(bool ascii)
    {
        for (var length = 0; length <= 300; length++)
            Texts.HoldForAll(Texts.OfLength(length, ascii), text => IsBucketOfItsBytes("search", text), tests: 5);
    }

    [Fact]
    public void Bucket_of_any_name_and_text_is_that_of_their_bytes() =>
        Texts.HoldForAll(Texts.Any.Two(), pair => IsBucketOfItsBytes(pair.Item1, pair.Item2));

    [Theory]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(3000)]
    public void Long_texts_are_cut_between_characters(int length)
    {
        for (var shift = 0; shift < 4; shift++)
            Assert.True(IsBucketOfItsBytes("search", new string('x', shift) + string.Concat(Enumerable.Repeat("é€😀", length / 4))));
    }

    [Fact]
    public void One_letter_beyond_ASCII_is_noticed_wherever_it_is()
    {
        for (var length = 1; length <= 70; length++)
        {
            for (var at = 0; at < length; at++)
                Assert.True(IsBucketOfItsBytes("", string.Create(length, at, static (units, at) => { units.Fill('a'); units[at] = 'é'; })));
        }
    }

    [Fact]
    public void Half_of_a_surrogate_pair_counts_as_the_replacement_character() =>
        Assert.Equal(new Bucket("search").Of("a\uFFFDb"), new Bucket("search").Of("a\uD800b"));

    private static bool IsBucketOfItsBytes(string name, string text) =>
        ~ByDefinition(Crc32.Start, Encoding.UTF8.GetBytes(name + text)) % 100_000 == new Bucket(name).Of(text);

    // One bit at a time, as the polynomial division is defined.
    private static uint ByDefinition(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (var next in bytes)
        {
            state ^= next;
            for (var bit = 0; bit < 8; bit++)
                state = (state & 1) != 0 ? (state >> 1) ^ 0xEDB88320 : state >> 1;
        }
        return state;
    }
}
