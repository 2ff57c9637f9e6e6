using CsCheck;
using Nems.Core.Events;
using Nems.Core.Subscribe;

namespace Nems.Core.Tests.Subscribe;

public sealed class CriteriaProperties
{
    private const string Start = "/Bundle?type=message";
    private const string TagCharacters = "abcXYZ019-_|,";

    private static readonly string[] Pieces =
    [
        "&", "=", "%", "%7C", "|", "Patient.identifier", "MessageHeader.event", "vaccinations-1", "Patient.age", "lt", "gt", "9", "tag", "GPRegistration",
        "subscriptionRuleType", "GP_GP_GP", "Organization.identifier", "type", "message", "/Bundle?", NhsNumber.System, "9434765919", " ", "+", "\ud800",
    ];

    private static readonly Gen<string> Tags = Gen.Char[TagCharacters].Array[1, 100].Select(characters => new string(characters));

    private static readonly Gen<AgeFilter> AnAge =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 150]).Select((comparator, years) => new AgeFilter((AgeComparator)comparator, years));

    private static readonly Gen<NhsNumber> Numbers = Gen.Int[100_000_000, 999_999_999].Select(CheckedNumber).Where(number => number is not null)!;

    private static readonly Gen<Criteria> Explicit = Gen.Select(Numbers, Gen.Int[1, 1023], AnAge.List[0, 2], Gen.Int[0, 2], Gen.Null(Tags))
        .Select((number, bits, ages, registration, tag) => new Criteria
        {
            NhsNumber = number,
            ServiceType = bits % 2 == 0 ? "CHO" : null,
            Events = [.. EventType.All.Where(type => (bits >> type.Index & 1) != 0)],
            Ages = ages,
            GpRegistration = (GpRegistration)registration,
            Tag = tag,
        });

    private static readonly Gen<Criteria> Generic = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 9], AnAge.List[0, 2], Gen.Int[0, 2], Gen.Null(Tags))
        .Select((rule, index, ages, registration, tag) => new Criteria
        {
            Rule = (SubscriptionRule)rule,
            Organisation = (SubscriptionRule)rule == SubscriptionRule.HomeCountry ? "W92000004" : "X2458",
            Events = [EventType.FromIndex(index)],
            Ages = ages,
            GpRegistration = (GpRegistration)registration,
            Tag = tag,
        });

    private static readonly Gen<Criteria> Any = Gen.OneOf(Explicit, Generic);

    [Fact]
    public void What_is_printed_is_read_as_the_same() =>
        Any.Sample(criteria => Same(criteria, CriteriaParser.Parse(CriteriaPrinter.Print(criteria)).Criteria), iter: 2_000);

    [Fact]
    public void The_order_of_components_does_not_matter() =>
        Gen.Select(Any, Gen.Int).Sample((criteria, seed) =>
        {
            string[] parts = CriteriaPrinter.Print(criteria)[(Start.Length + 1)..].Split('&');
            new Random(seed).Shuffle(parts);

            var read = CriteriaParser.Parse(Start + "&" + string.Join('&', parts)).Criteria;

            return Same(Sorted(criteria), read is null ? null : Sorted(read));
        }, iter: 2_000);

    [Fact]
    public void Percent_encoding_does_not_matter() =>
        Any.Sample(criteria =>
        {
            var parts = CriteriaPrinter.Print(criteria)[(Start.Length + 1)..].Split('&').Select(part => part.Split('=', 2))
                .Select(part => EncodeAll(part[0]) + "=" + EncodeAll(part[1]));

            return Same(criteria, CriteriaParser.Parse(Start + "&" + string.Join('&', parts)).Criteria);
        }, iter: 500);

    [Fact]
    public void Any_string_is_answered_without_an_exception() =>
        Gen.String.Sample(text => Answers(text) && Answers(Start + "&" + text) && Answers(Start + "&Patient.identifier=" + text + "&tag=" + text), iter: 10_000);

    [Fact]
    public void Any_string_made_of_the_grammars_own_pieces_is_answered_without_an_exception() =>
        Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index])
        .Array[0, 40].Sample(pieces => Answers(Start + string.Concat(pieces)), iter: 10_000);

    private static bool Answers(string text)
    {
        var reading = CriteriaParser.Parse(text);
        return reading.Criteria is null == reading.Problems.Count > 0;
    }

    private static bool Same(Criteria left, Criteria? right) =>
        right is not null && left.NhsNumber == right.NhsNumber && left.Rule == right.Rule && left.Organisation == right.Organisation
        && left.ServiceType == right.ServiceType && left.Tag == right.Tag && left.GpRegistration == right.GpRegistration
        && left.Events.SequenceEqual(right.Events) && left.Ages.SequenceEqual(right.Ages);

    private static Criteria Sorted(Criteria criteria) => criteria with
    {
        Events = [.. criteria.Events.OrderBy(type => type.Index)],
        Ages = [.. criteria.Ages.OrderBy(age => age.Comparator).ThenBy(age => age.Years)],
    };

    private static string EncodeAll(string text) => string.Concat(text.Select(character => $"%{(int)character:X2}"));

    private static NhsNumber? CheckedNumber(int nine)
    {
        for (var digit = 0; digit < 10; digit++)
        {
            if (NhsNumber.TryParse($"{nine}{digit}", out var number)) return number;
        }

        return null;
    }
}
