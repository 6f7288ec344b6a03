using System.Text;

namespace Flags.Cli;

/// <summary>Rows in columns, without lines around them, so that <c>grep</c>, <c>awk</c> and <c>column</c> can be used on them.</summary>
internal sealed class Table(params string[] headings)
{
    private const string Gap = "  ";

    private readonly List<string[]> rows = [];

    /// <param name="cells">As many as there are headings; an empty one is shown as <c>-</c>.</param>
    public void Add(params string?[] cells) => rows.Add([.. cells.Select(cell => string.IsNullOrEmpty(cell) ? "-" : Text.Plain(cell))]);

    public override string ToString()
    {
        var text = new StringBuilder();
        int[] widths = [.. headings.Select((heading, column) => rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        foreach (string[] row in rows.Prepend(headings))
            text.AppendLine(string.Join(Gap, row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column]))));
        return text.ToString();
    }
}
