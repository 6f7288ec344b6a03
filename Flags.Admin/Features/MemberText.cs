using System.Text;

namespace Flags.Admin;

/// <summary>Reads actors and groups as people paste them: lines, commas, tabs, or CSV with quotes.</summary>
internal static class MemberText
{
    public static IReadOnlyList<string> Read(string text)
    {
        var members = new List<string>();
        var member = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                member.Append(text[++i]);
            else if (quoted && c == '"')
                quoted = false;
            else if (!quoted && c == '"' && string.IsNullOrWhiteSpace(member.ToString()))
                quoted = true;
            else if (!quoted && c is ',' or '\n' or '\r' or '\t')
                Take(members, member);
            else
                member.Append(c);
        }

        Take(members, member);
        return members;
    }

    private static void Take(List<string> members, StringBuilder member)
    {
        string text = member.ToString().Trim();
        member.Clear();
        if (text.Length > 0)
            members.Add(text);
    }
}
