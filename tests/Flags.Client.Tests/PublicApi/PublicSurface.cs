using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Flags.Client.Tests;

/// <summary>The public types and members of an assembly as sorted text, a line each; what the compiler adds to records is left out.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (string member in Members(type).Distinct().Order(StringComparer.Ordinal))
                text.Append("  ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type.GetMethod("<Clone>$") is not null ? "record" : "class";
        string how = type.IsInterface || type.IsValueType ? "" : type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        Type[] above = [.. type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType ? [parent] : Type.EmptyTypes,
            .. type.IsEnum ? Enumerable.Empty<Type>() : type.GetInterfaces().Where(i => i.IsPublic).OrderBy(Name, StringComparer.Ordinal)];
        return $"{how}{kind} {Name(type)}{(above.Length == 0 ? "" : " : " + string.Join(", ", above.Select(Name)))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            bool generated = member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is MethodBase;
            string? line = generated ? null : member switch
            {
                ConstructorInfo { IsStatic: false } constructor when IsSeen(constructor) => $"new({Parameters(constructor)})",
                MethodInfo method when IsSeen(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) =>
                    $"{Static(method)}{Of(Nullability.Create(method.ReturnParameter))} {method.Name}{Generic(method.GetGenericArguments())}({Parameters(method)})",
                PropertyInfo property when property.GetMethod is { } get && IsSeen(get) && property.Name != "EqualityContract" => Property(property, get),
                FieldInfo { IsPublic: true, IsSpecialName: false } field => Field(field),
                EventInfo happening when IsSeen(happening.AddMethod!) => $"event {Name(happening.EventHandlerType!)} {happening.Name}",
                _ => null,
            };
            if (line is not null)
                yield return line;
        }
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Property(PropertyInfo property, MethodInfo get)
    {
        MethodInfo? set = property.SetMethod is { } method && IsSeen(method) ? method : null;
        bool init = set?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string access = set is null ? "{ get; }" : init ? "{ get; init; }" : "{ get; set; }";
        return $"{Static(get)}{required}{Of(Nullability.Create(property))} {property.Name} {access}";
    }

    private static string Field(FieldInfo field) => field.IsLiteral
        ? $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}"
        : $"{(field.IsStatic ? "static " : "")}{Of(Nullability.Create(field))} {field.Name}";

    private static string Static(MethodInfo method) => method.IsStatic ? "static " : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Of(Nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? " = " + (parameter.DefaultValue ?? "default") : "")}"));

    /// <summary>A type with the question marks that its place gives it.</summary>
    private static string Of(NullabilityInfo info)
    {
        string mark = info.ReadState == NullabilityState.Nullable && !info.Type.IsValueType && !info.Type.IsByRef ? "?" : "";
        if (info.ElementType is { } element && info.Type.IsArray)
            return Of(element) + "[]" + mark;
        if (info.GenericTypeArguments.Length == 0)
            return Name(info.Type) + mark;
        if (Nullable.GetUnderlyingType(info.Type) is { } value)
            return Name(value) + "?";
        return $"{Bare(info.Type)}<{string.Join(", ", info.GenericTypeArguments.Select(Of))}>{mark}";
    }

    private static string Name(Type type) =>
        type.IsByRef ? "ref " + Name(type.GetElementType()!)
        : type.IsArray ? Name(type.GetElementType()!) + "[]"
        : Nullable.GetUnderlyingType(type) is { } value ? Name(value) + "?"
        : type.IsGenericParameter ? type.Name
        : Bare(type) + Generic(type.GetGenericArguments());

    private static string Generic(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Name))}>";

    private static string Bare(Type type) => (type.DeclaringType is { } outer ? Bare(outer) + "." : "") + type.Name.Split('`')[0];
}
