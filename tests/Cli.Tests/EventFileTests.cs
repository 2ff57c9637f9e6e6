using System.Text;
using Nems.Cli.Messages;

namespace Nems.Cli.Tests;

public sealed class EventFileTests
{
    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"entry":[]}""")]
    [InlineData("""{"entry":[{"resource":{"eventCoding":{"code":7}}}]}""")]
    [InlineData("""{"entry":[{"resource":{"eventCoding":{"code":"pds-person-death-1"}}}]}""")]
    [InlineData("""<Bundle xmlns="http://hl7.org/fhir"/>""")]
    [InlineData("""<Bundle xmlns="http://hl7.org/fhir"><event><code value="PDS002"/></event></Bundle>""")]
    [InlineData("""<!DOCTYPE Bundle [<!ENTITY a "b">]><Bundle><event><code value="vaccinations-1"/></event></Bundle>""")]
    public void What_is_no_event_message_is_refused_with_a_reason(string text)
    {
        Assert.False(EventFile.TryRead("a.file", Encoding.UTF8.GetBytes(text), out var file, out var fault));
        Assert.Null(file);
        Assert.StartsWith("a.file ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_leading_space_do_not_hide_json()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, (byte)' ', .. """{"entry":[{"resource":{"eventCoding":{"code":"vaccinations-1"}}}]}"""u8];

        Assert.True(EventFile.TryRead("a.file", bytes, out var file, out var fault), fault);
        Assert.Equal("vaccinations-1", file!.Type.Code);
    }
}
