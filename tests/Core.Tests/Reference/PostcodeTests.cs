using Nems.Core.Reference;

namespace Nems.Core.Tests.Reference;

public sealed class PostcodeTests
{
    [Theory]
    [InlineData("ZZ99 1AB", "ZZ991AB")]
    [InlineData(" zz99  1ab ", "ZZ991AB")]
    [InlineData("M1 1AA", "M11AA")]
    [InlineData("EC1A1BB", "EC1A1BB")]
    [InlineData("m1   1aa", "M11AA")]
    [InlineData("M1\u00A01AA", "M11AA")]
    public void One_postcode_has_one_form_however_it_is_written(string written, string form) => Assert.Equal(form, Postcode.Normalise(written));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("M1")]
    [InlineData("ZZ99 1ABC")]
    [InlineData("ZZ99-1AB")]
    [InlineData("1Z99 1AB")]
    [InlineData("ZZ99 AAB")]
    [InlineData("ZZ99 111")]
    [InlineData("ZZ99 1ÄB")]
    [InlineData("ZZ99 1AB                                            ")]
    public void What_cannot_be_a_postcode_has_none(string written) => Assert.Null(Postcode.Normalise(written));
}
