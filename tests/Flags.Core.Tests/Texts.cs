using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Flags.Core.Tests;

/// <summary>Random texts of well-formed Unicode, with the characters at which orders, escapes and encodings differ.</summary>
internal static class Texts
{
    private static readonly Gen<Rune> _runes = Gen.OneOf(
        Gen.Choose(' ', '~').Select(i => new Rune(i)),
        Gen.Elements("\0\n\"\\/<\u007Féß€\u2028\uD7FF\uE000\uFEFF\uFFFD\uFFFF😀🏳\U0010FFFF".EnumerateRunes().ToArray()),
        Gen.Choose(0, 0xD7FF).Select(i => new Rune(i)),
        Gen.Choose(0xE000, 0x10FFFF).Select(i => new Rune(i)));

    public static Gen<string> Any { get; } = _runes.ArrayOf().Select(runes => string.Concat(runes));

    public static Gen<string> OfLength(int runes, bool ascii) => ascii
        ? Gen.Choose(0, 127).Select(i => (char)i).ArrayOf(runes).Select(units => new string(units))
        : _runes.ArrayOf(runes).Select(all => string.Concat(all));

    public static void HoldForAll<T>(Gen<T> gen, Func<T, bool> property, int tests = 1000) =>
        Prop.ForAll(gen.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));
}
