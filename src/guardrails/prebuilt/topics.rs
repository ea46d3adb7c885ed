//! Words about people's protected characteristics: whoever decides about housing, credit or work must not ask for them.
//!
//! Each expression is of words that name the subject by themselves, and of words that do so beside another one:
//! `race` is a contest, and `race or ethnicity` is not.

use super::{PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    Prebuilt {
        name: "gender_sexual_orientation",
        regex: r"(?x)(?-u:\b)(?:
            transgender(?:ed)? | transsexuals? | trans\s(?:man|men|woman|women|person|people|girls?|boys?|youth|kids?)
            | cisgender(?:ed)? | cis\s(?:man|men|woman|women)
            | lesbians? | bisexuals? | bisexuality | pansexuals? | homosexuals? | homosexuality | heterosexuals?
            | heterosexuality | asexual\s(?:person|people|man|woman|community|spectrum) | sexual\sorientation
            | (?-i:gays?) | gay\s(?:man|men|woman|women|couples?|people|person|marriage|rights|pride|bars?|community)
            | openly\sgay | lgbt(?:q(?:ia)?)?\+? | queer\s(?:man|woman|person|people|youth|community|identity)
            | genderqueer | gender-?fluid | intersex | two-spirit | same-sex\s(?:couples?|marriages?|partners?|relationships?|spouses?|parents)
            | non-?binary\s(?:person|people|gender|identity|individuals?|applicants?|employees?|students?|pronouns)
            | (?:he|she|they|i|who)(?:'s|'m|'re|\sis|\sam|\sare)\snon-?binary | as\snon-?binary
            | gender\s(?:identity|dysphoria|transition|reassignment|expression) | gender-(?:affirming|nonconforming)
            | sex\s(?:change\s(?:operation|surgery)|reassignment) | drag\squeens? | in\sthe\scloset\sabout
            | (?:came|come|coming)\sout\sas | his\shusband | her\swife | preferred\spronouns
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "race_ethnicity_national_origin",
        regex: r"(?x)(?-u:\b)(?:
            (?:african|asian|native|mexican|chinese|korean|japanese|arab|cuban|irish|italian)[\s-]americans?
            | (?:black|white|brown|asian|hispanic|latino|latina|african|arab|romani|indigenous|aboriginal|native|chinese|mexican|indian|nigerian)\s
              (?:person|people|peoples|man|men|woman|women|guys?|kids?|family|families|applicants?|candidates?|employees?|tenants?
              |neighbou?rhoods?|neighbou?rs?|students?|communit(?:y|ies)|borrowers?|voters?|immigrants?|nationals|migrants?|descent)
            | hispanics? | latinos? | latinas? | latinx | caucasians? | biracial | multiracial | mixed[\s-]race | interracial
            | racial(?:ly)?\s(?:backgrounds?|origins?|discrimination|identity|profiling|minorit(?:y|ies)|mixed|segregat(?:ed|ion)|makeup|groups?|bias)
            | race\s(?:and|or|,)\s?(?:ethnicity|colou?r|religion|gender|national) | (?:his|her|their|your|my|applicant's)\srace
            | (?:because|regardless|basis)\sof\srace | ethnicity | ethnicities | ethnic\s(?:origins?|backgrounds?|groups?|minorit(?:y|ies)|heritage)
            | national\sorigins? | country\sof\s(?:origin|birth) | skin\scolou?r | (?:people|person|women|men)\sof\scolou?r
            | (?:undocumented|illegal)\s(?:immigrants?|aliens?) | (?:of|has|have)\s[a-z]{4,12}\s(?:descent|ancestry|heritage|origin)
            | pacific\sislanders? | foreign-born | foreign\saccents? | immigration\sstatus | born\s(?:abroad|in\sa\sforeign\scountry)
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "religion",
        regex: r"(?x)(?-u:\b)(?:
            christians | christianity | christian\s(?:church(?:es)?|faith|famil(?:y|ies)|values|beliefs?|school|community|couple|tenants?|household|prayer)
            | (?:a|am|are|is|was|devout|practi[cs]ing|evangelical|born-again|fellow|coptic)\schristian
            | muslims? | islam | islamic | jewish | judaism | jews | (?:a|orthodox|hasidic|reform|observant)\sjew
            | hindus? | hinduism | buddhis(?:m|ts?) | sikhs? | sikhism | jainism | catholics? | catholicism | roman\scatholic | protestants?
            | protestantism | mormons? | jehovah's\switness(?:es)? | seventh-day\sadventists? | quakers? | atheis(?:m|ts?) | an\sagnostic | agnosticism
            | evangelicals | pentecostals? | scientolog(?:y|ists?) | wiccans? | quran | koran | torah | hijabs? | niqabs? | kippah | yarmulkes?
            | mosques? | synagogues? | ramadan | (?:keeps?|keeping|observes?|observing|on)\s(?:the\s)?sabbath | kosher | halal
            | religions? | religious\s(?:beliefs?|affiliations?|views?|practices?|discrimination|accommodations?|services?|holidays?|observances?
              |backgrounds?|communit(?:y|ies)|groups?|minorit(?:y|ies)|dress|exemptions?|freedom|school|attire|family)
            | (?:go|goes|going|went|belongs?|been)\sto\s(?:church|mosque|temple|mass)
            | (?:attends?|attended|attending)\s(?:church|mass|mosque|temple|bible\sstudy) | prays?\s(?:daily|every|five|at) | belie(?:f|ves?)\sin\sgod
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "age_discrimination",
        regex: r"(?x)(?-u:\b)(?:
            age[\s-]discriminat(?:ion|ory|ed) | ageis[mt] | age\s(?:bias|requirements?|limits?\sfor\s(?:applicants|candidates|tenants)|cap\sfor|restrictions?)
            | too\s(?:old|young)\s(?:for\s(?:the|this|that|a)\s(?:job|role|position|team|loan|mortgage|work|apartment|company)|to\s(?:be\shired|hire|work|learn|rent|promote|lead|keep\sup))
            | (?:older|elderly|aging|ageing|younger|senior-aged)\s(?:workers?|applicants?|candidates?|tenants?|employees?|borrowers?|renters?|staff|people|job\sseekers?|colleagues?)
            | (?:over|under|above|below)\s(?:the\s)?age\sof\s\d{2} | (?:over|under|above|below)\s\d{2}\s(?:years\s(?:old|of\sage)|need\snot\sapply)
            | (?:nobody|no\sone|anyone|anybody|everyone|people|workers|applicants|candidates|tenants|employees|women|men|those|staff)\s(?:aged\s)?(?:over|under|above|below|older\sthan|younger\sthan)\s\d{2}
            | (?:recent|new|fresh)\s(?:college\s)?graduates\sonly | digital\snatives?\s(?:only|preferred|wanted) | young\s(?:and\s(?:energetic|dynamic|hungry)|blood|applicants|candidates|professionals\sonly|tenants)
            | (?:maximum|minimum|upper|preferred)\sage(?:\slimit)?\s(?:of|is|for) | (?:mandatory|forced|early)\sretirement | (?:near|nearing|close\sto|past)\sretirement\sage
            | (?:because\sof|due\sto|based\son|for|about|on\saccount\sof)\s(?:his|her|their|my|your|old)\sage | how\sold\s(?:is|are)\s(?:the\s(?:applicant|candidate|tenant|borrower)|he|she|you)
            | \d{2}[\s-]years?[\s-]old\s(?:applicants?|candidates?|workers?|employees?|tenants?|borrowers?|man|woman) | born\s(?:before|after)\s(?:19|20)\d{2} | millennials\sonly
            | (?:boomers?|gen\sz)\s(?:employees?|workers?|applicants?|need\snot\sapply)
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "disability",
        regex: r"(?x)(?-u:\b)(?:
            disabilit(?:y|ies) | disabled\s(?:person|people|persons|veterans?|child|children|man|woman|workers?|applicants?|employees?|tenants?|students?|parking)
            | (?:is|was|am|are|became|permanently|physically|mentally|severely)\sdisabled\s(?:since|after|from|and\scannot|by\sa) | (?:permanently|physically|mentally|developmentally)\sdisabled
            | wheelchairs? | (?:legally|partially|born|going|went|totally)\sblind | blind\s(?:person|people|man|woman|applicants?|employees?|tenants?|students?|child|users?\swith\sscreen)
            | deaf | deafness | hearing[\s-](?:impaired|loss|aids?) | visually[\s-]impaired | low\svision | hard\sof\shearing | autis(?:m|tic) | asperger's | down('s)?\ssyndrome
            | cerebral\spalsy | epilep(?:sy|tic) | adhd | dyslexi[ac] | bipolar\s(?:disorder|depression) | schizophreni[ac] | parapleg(?:ic|ia) | quadripleg(?:ic|ia)
            | amputees? | multiple\ssclerosis | muscular\sdystrophy | spina\sbifida | parkinson's | ptsd | post-traumatic\sstress
            | (?:service|assistance|guide)\s(?:dogs?|animals?) | (?:mobility|cognitive|visual|speech)\simpairments? | mobility\saids? | reasonable\saccommodations?
            | (?:is|was|physically|mentally)\shandicapped | handicapped\s(?:person|people|parking|tenants?|accessible) | mental(?:ly)?\s(?:illness(?:es)?|ill|health\scondition)
            | chronic\s(?:illness(?:es)?|pain|fatigue) | prosthetic\s(?:leg|arm|limb)s? | special\sneeds | learning\sdifficult(?:y|ies) | uses\sa\s(?:cane|walker)
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "marital_family_status",
        regex: r"(?x)(?-u:\b)(?:
            (?:marital|familial|family|relationship)\sstatus | unmarried | (?:is|am|are|was|were|be|been|get|got|getting|newly|happily|recently|legally|not|never|you|applicant|candidate|tenant|borrower)\smarried | married\s(?:couples?|women|woman|men|man|with|people|applicants?|since|for|in)
            | divorc(?:ees?|ing\s(?:my|his|her|their)) | (?:is|am|are|was|were|be|been|get|got|getting|recently|newly|a)\s?divorced? | divorced\s(?:women|men|woman|man|mothers?|fathers?|parents?|with|twice|last|in|and)
            | widow(?:ed|ers?) | (?:a|the|his|young|war)\swidow\s(?:with|of|who|and|living|since)
            | single\s(?:mothers?|fathers?|moms?|mums?|dads?|women|parents) | (?:a|as\sa)\ssingle\sparent(?:\s(?:with|of|who|and|household))
            | pregnant\s(?:women|woman|applicants?|employees?|tenants?|workers?|wife|teen|mother) | (?:is|am|are|was|be|become|get|got|getting|she's|i'm|currently|months|weeks)\spregnant | (?:her|my|your|during|teen|a|planned)\spregnancy | pregnancies
            | (?:maternity|paternity|parental)\sleave | stay-at-home\s(?:mom|mum|dad|parent|mother|father)s? | newlyweds? | childless | child-?free
            | (?:my|his|her|their|your|a)\s(?:ex-)?(?:wife|husband|spouse|fianc[eé]e?|domestic\spartner) | engaged\sto\sbe\smarried | cohabit(?:ing|ation)
            | (?:two|three|four|five|six|young|small|have|has|had|having|any|no|with|many|more|want|wants|minor)\skids | (?:young|small|minor|school-age|preschool|foster|adopted|adoptive)\s(?:child|children)
            | (?:plan|plans|planning|want|wants|hoping|trying)\s(?:to\shave|on\shaving|for)\s(?:a\s(?:baby|child|family)|children|kids) | start(?:ing)?\sa\sfamily | (?:new|nursing|expectant|working)\smothers? | child\scustody | child\ssupport
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "military_status",
        regex: r"(?x)(?-u:\b)(?:
            (?:military|army|navy|air\sforce|war|combat|disabled|vietnam|iraq|afghanistan|korea|gulf\swar|marine\scorps|marine|homeless|retired|wartime|u\.?s\.?)\sveterans?
            | veterans?(?:'s?)?\s(?:status|affairs|benefits?|administration|preference|hospital|home\sloan|with\sptsd) | (?:is|was|am)\sa\sveteran\s(?:of|and|who)
            | active[\s-]duty | reservists? | (?:army|navy|military|air\sforce)\sreserves? | national\sguard | (?:honou?rably|dishonou?rably|medically)\sdischarged | (?:honou?rable|dishonou?rable|military|medical)\sdischarge
            | (?:served|serves|serving|serve|enlisted|enlist|enlisting|fought|commissioned|stationed|deployed)\s(?:two\stours\s)?(?:in|with|to|as|for)\s(?:the\s|our\s)?(?:u\.?s\.?\s)?(?:army|navy|air\sforce|marines?|marine\scorps|coast\sguard|military|armed\sforces|vietnam|iraq|afghanistan|infantry|national\sguard|special\sforces)
            | (?:join|joined|joining|left|leaving|leave|retired\sfrom|discharged\sfrom|in|drafted\sinto)\sthe\s(?:u\.?s\.?\s)?(?:army|navy|air\sforce|marines|marine\scorps|coast\sguard|military|armed\sforces)
            | military\s(?:service|status|spouses?|famil(?:y|ies)|background|experience|leave|deployment|members?|personnel|records?|pension|obligations?|career|rank|duty)
            | ex-(?:military|soldiers?|marines?) | former\s(?:soldiers?|marines?|infantry(?:man|men)?|army\s(?:officer|medic|captain|ranger)s?|navy\sseals?) | service\s?(?:members|member|men|women)
            | gi\sbill | userra | va\s(?:loans?|benefits?|disability|hospital|rating) | conscientious\sobjectors? | conscripts? | conscripted | conscription | military\sdraft | army\s(?:officer|sergeant|medic|captain|private|reserve)s?
            | tours?\sof\sduty | (?:combat|overseas)\sdeployments? | navy\sseals?
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "public_assistance",
        regex: r"(?x)(?-u:\b)(?:
            food\s(?:stamps?|banks?|assistance) | snap\s(?:benefits?|recipients?|card|eligibility) | section\s8\s(?:vouchers?|housing|tenants?|recipients?|applicants?|assistance|rent(?:er|al)s?) | (?:accept|take|on|takes|accepts|receive|receives|have|has)\ssection\s8
            | housing\s(?:choice\s)?(?:vouchers?|benefits?|assistance|subsid(?:y|ies)) | (?:on|off|receives?|receiving|collects?|collecting|living\son)\swelfare | welfare\s(?:benefits?|recipients?|checks?|payments?|programs?|office|claimants?|income|mothers?)
            | public\s(?:assistance|housing|benefits|aid) | government\s(?:assistance|benefits|aid|subsid(?:y|ies)|housing) | medicaid | medi-cal | tanf | wic\s(?:benefits?|program|vouchers?|recipients?) | ssdi
            | (?-i:SSI)\s(?:benefits?|payments?|recipients?|income|checks?) | supplemental\ssecurity\sincome | social\ssecurity\s(?:disability|income|benefits?|checks?) | unemployment\s(?:benefits?|checks?|insurance|compensation|assistance|claims?)
            | on\s(?:the\sdole|unemployment|benefits|disability|public\said|food\sstamps) | universal\scredit\s(?:claim(?:ants?)?|payments?|recipients?) | (?:on|claims?|claiming|receives?|receiving)\suniversal\scredit | income\ssupport | jobseeker's\sallowance
            | (?:disability|child|veterans)\sbenefits?\s(?:payments?|recipients?|checks?) | (?:rent|rental|energy|heating|cash)\sassistance | ebt(?:\scards?)? | (?:subsidi[sz]ed|low-income|social|council)\shousing
            | means-tested | source\sof\sincome\sdiscrimination | (?:free|reduced-price)\s(?:school\s)?(?:lunch(?:es)?|meals) | liheap | homeless\sshelters? | benefits?\sclaimants?
        )(?-u:\b)",
        ..PLAIN
    },
];
