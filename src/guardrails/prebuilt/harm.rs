//! Words about harm: weapons, violence, crime, and what people do to themselves and to others.
//!
//! Words with a harmless meaning count only beside another one: a process is killed every day.

use super::{PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    Prebuilt {
        name: "weapons_firearms",
        regex: r"(?x)(?-u:\b)(?:
            firearms? | hand\s?guns? | shotguns? | (?:sub)?machine\sguns? | ghost\sguns? | pistols? | revolvers? | rifles | (?:a|the|my|his|her|hunting|assault|sniper|bolt-action|semi-automatic|automatic|air)\srifle
            | ar-?15s? | ak-?47s? | glocks? | uzis? | berettas? | ammunition | (?:box(?:es)?\sof|buy|bought|live|rifle|pistol|illegal|more|some|of|the)\sammo | (?:9\s?mm|\.22|\.45|\.308|hollow-point)\s(?:rounds?|bullets?|pistol|ammo|calib(?:er|re)|cartridges?)
            | (?:high-capacity|extended|loaded|pistol|rifle)\smagazines? | bump\sstocks? | gun\s?silencers? | (?:pistol|rifle|gun)\ssuppressors? | gunshots? | gun\s?fire | gunm[ae]n | gunpoint | bullet\s(?:wounds?|holes?|casings?) | guns
            | (?:buy|bought|buying|sell|sold|selling|own|owns|owned|carry|carries|carried|carrying|load|loaded|loading|fire|fired|firing|point|pointed|pulled|pull|hold|hide|hid|conceal|concealed|purchase|print|printed|build|get|has|had|with|without|3d-printed)\s(?:a\s|an\s|the\s|my\s|his\s|her\s|your\s|some\s)?(?:illegal\s|unregistered\s|loaded\s|real\s|3d-printed\s|stolen\s)?gun
            | gun\s(?:shops?|stores?|shows?|owners?|ownership|licen[cs]es?|permits?|control|dealers?|safes?|ranges?|violence|barrels?|laws?|rights|holsters?|smuggling) | concealed[\s-]carry | sawed-off | (?:rifle|gun)\sscopes?
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "weapons_other",
        regex: r"(?x)(?-u:\b)(?:
            (?:combat|hunting|switchblade|butterfly|throwing|flick|bowie|fighting|assisted-opening|concealed|boot|trench)\skni(?:fe|ves) | switchblades? | machetes? | brass\sknuckles | knuckle\s?dusters? | (?:pepper|bear|mace)\sspray | tear\sgas
            | tasers? | stun\sguns? | crossbows? | nunchucks? | nunchaku | throwing\sstars? | shurikens? | (?:a|an|the|my|his|her|antique|sharp|long|steel|samurai|real)\s(?:swords?|katanas?|daggers?|bayonets?|cutlass|scimitar|spear) | bayonets
            | (?:police|telescopic|expandable|collapsible|extendable)\sbatons? | slingshots? | blow\s?guns? | poison(?:ed)?\s(?:darts?|arrows?) | compound\sbows? | longbows? | hunting\sbows?
            | (?:carry|carries|carried|carrying|brought|bring|pulled|pull|hid|hide|conceal|concealed|brandish(?:ed|ing)?|waved|stab(?:bed)?\s(?:him|her|me|someone)\swith|attacked\s(?:him|her|me|someone)\swith|armed\swith|threatened\s(?:(?:him|her|me|us|them)\s)?with|at)\s(?:an?\s|the\s|his\s|her\s)?(?:kitchen\s|steak\s|small\s|large\s|box\s)?(?:knife|knives|blade|cutter|axe|hatchet|hammer|knifepoint)
            | knife\s(?:attacks?|fights?|crime|fighting) | knifepoint | bladed\sweapons? | (?:chemical|biological|nuclear|radiological|melee|edged|improvised|concealed|deadly|homemade|bladed)\sweapons? | nerve\s(?:agents?|gas) | sarin | mustard\sgas | weaponi[sz]ed\s(?:anthrax|ricin|virus|smallpox) | flamethrowers?
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "explosives",
        regex: r"(?x)(?-u:\b)(?:
            explosives | explosive\s(?:devices?|charges?|vests?|belts?|compounds?|materials?|mixtures?|ordnance|residue|powder|precursors?|trap) | (?:plastic|high|liquid|homemade|commercial|powerful|military)\sexplosive
            | (?:pipe|car|nail|dirty|petrol|fertili[sz]er|suicide|homemade|roadside|letter|parcel|pressure[\s-]cooker|nuclear|atomic|hydrogen|cluster|truck|gasoline|fire|incendiary|chlorine|backpack|chemical)[\s-]?bombs?
            | (?:build|building|built|make|making|made|plant|planted|planting|detonat(?:e|ed|ing)|construct|assemble|assembled|assembling|set\soff|defuse|defused|placed|hid|hide|arm|armed|wire|a\sreal|live|unexploded)\s(?:a\s|an\s|the\s|another\s|small\s|live\s){0,2}bombs?
            | bomb[\s-](?:making|threats?|squads?|disposal|vests?|makers?|recipes?|parts|components|materials|plot) | bombings? | (?:sticks?|pounds|kilos?|kilograms|kg|tons?|tonnes|grams|blocks?)\sof\s(?:tnt|dynamite|c-?4|semtex|gunpowder)
            | tnt\s(?:charges?|blocks?|explosion|equivalent) | c-?4\s(?:explosives?|charges?|plastic) | semtex | dynamite\s(?:sticks?|charges?|fuse|blast) | (?:with|using|some|of|stolen|more)\sdynamite | nitroglycerine? | anfo | (?-i:RDX|PETN|TATP|HMTD|IEDs?)
            | detonators? | detonat(?:e|es|ed|ion|ing) | blasting\scaps? | improvised\sexplosives? | (?:hand|stun|frag|fragmentation|live|smoke)\sgrenades? | grenades | grenade\slauncher | land\s?mines? | molotov\scocktails? | molotovs? | gunpowder | black\spowder | thermite | ammonium\snitrate | claymore\smines? | (?:flash|blasting)\spowder
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "violence_threats",
        regex: r"(?x)(?-u:\b)(?:
            (?:i|we|he|she|they)(?:'ll|\swill|'m\sgoing\sto|'m\sgonna|\sam\sgoing\sto|'re\sgoing\sto|\sare\sgoing\sto|\sis\sgoing\sto|\swant\sto|\swants\sto|\swanna|'d\slike\sto|\swould\slike\sto|\sswear\si'll|\splan\sto|\splans\sto|\sthreatened\sto|\smight|\sshould|\shave\sto)\s
              (?:kill|murder|stab|shoot|strangle|hurt|beat|attack|choke|slaughter|punch|poison|destroy|harm|execute|torture|behead|burn)\s
              (?:you|him|her|me|us|them\sall|all\sof\s(?:you|them)|everyone|everybody|somebody|someone|people|my\s(?:boss|wife|husband|ex|neighbou?r|teacher|manager|coworkers?|classmates?|family|parents|brother|sister|landlord|roommate)
              |your\s(?:family|wife|husband|kids|children|mother|dog)|his\s(?:family|wife|kids)|her\s(?:family|husband|kids)|the\s(?:teachers?|judge|manager|boss|neighbou?rs?|mayor|kids|guards?|hostages?)|that\s(?:man|woman|guy|bitch|bastard|teacher))
            | (?:how\sto|how\scan\si|how\sdo\si|want\sto|wants\sto|plan\sto|planning\sto|ways\sto|way\sto|help\sme|trying\sto|hire\ssomeone\sto|paid\sto|orders\sto)\s(?:kill|murder|stab|shoot|strangle|poison|torture|behead|hurt|choke|attack|beat\sup)\s
              (?:a\s(?:person|man|woman|human|child|crowd|classmate|guard)|someone|somebody|people|him|her|you|my\s(?:boss|wife|husband|ex|neighbou?r|teacher|manager|coworkers?|classmates?|family|parents|brother|sister|landlord|roommate))
            | (?:you|he|she|they)(?:'re|\sare|'s|\sis)\s(?:dead\smeat|a\sdead\s(?:man|woman)|going\sto\sdie|gonna\sdie|as\sgood\sas\sdead) | you\s(?:will|'ll)\s(?:die|bleed|regret\sthis|pay\sfor\sthis|suffer) | you'll\s(?:die|bleed|regret\sthis|pay\sfor\sthis|suffer) | you\sdeserve\sto\s(?:die|bleed|suffer)
            | watch\syour\sback | death\sthreats? | sleep\swith\sone\seye\sopen | know\swhere\s(?:you|your\s(?:kids|family))\s(?:live|lives|go\sto\sschool) | (?:shoot|blow|burn|shooting|blowing)\s(?:up|down)\s(?:the|a|my|your|this|that|his|her)\s(?:school|office|building|church|mall|place|store|mosque|synagogue|house|home|campus|town)
            | burn\s(?:your|his|her|their|the|this)\s(?:house|home|shop|office|place|church)\sdown | (?:break|snap)\s(?:your|his|her|every\sbone\sin\syour)\s(?:neck|legs?|arms?|bones|jaw|face|body|fingers) | (?:slit|cut)\s(?:your|his|her)\sthroat | bullet\s(?:in|through)\s(?:your|his|her|my\sboss's)\s(?:head|skull|brain)
            | beat\s(?:you|him|her|them)\s(?:up|to\sdeath|to\sa\spulp|senseless|unconscious) | put\s(?:you|him|her)\sin\s(?:the\shospital|a\scoffin|the\sground) | hunt\s(?:you|him|her|them\sall)\sdown | (?:mass|school|drive-by|workplace)\sshootings? | massacred? | mass\smurder
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "terrorism",
        regex: r"(?x)(?-u:\b)(?:
            (?:anti|counter|bio|cyber|eco|narco)?-?terroris(?:m|ts?) | terror\s(?:attacks?|plots?|cells?|suspects?|groups?|threats?|networks?|financing|organi[sz]ations?) | al[\s-]qa(?:e|i)?da | boko\sharam | al[\s-]shabaab | hezbollah | hamas | taliban
            | (?:join|joined|joining|for|with|by|pro-|of)\s?(?-i:ISIS|ISIL) | (?-i:ISIS|ISIL|Isis)\s(?:fighters?|recruit(?:s|er|ers|ment)?|militants?|propaganda|members?|attacks?|cells?|supporters?|leaders?|videos?|flag) | islamic\sstate\s(?:fighters?|group|militants?|in\siraq|propaganda)
            | jihad | jihadis?m? | jihadists? | suicide[\s-](?:bomb(?:er|ers|ing|ings)|vests?|attacks?|missions?) | radicali[sz](?:ed|ation|ing)\s(?:online|by|youth|in|people|young|teenagers|individuals|prisoners|and) | (?:self-|was\s|been\s|were\s|become\s|online\s)radicali[sz](?:ed|ation)
            | (?:violent|religious|right-wing|left-wing|islamist|militant|political|far-right)\sextremis(?:m|ts?) | extremist\s(?:groups?|propaganda|attacks?|cells?|organi[sz]ations?|ideolog(?:y|ies)|violence|content|networks?) | sleeper\scells? | lone[\s-]wolf\sattack(?:s|ers?)?
            | hijack(?:ed|ing|ers?)?\s(?:a|the|an|of\sa|of\sthe)\s(?:passenger\s)?(?:plane|planes|aircraft|airplane|flight|airliner|bus) | (?:plane|airline|aircraft)\shijack(?:ing|ers?) | hostage[\s-]tak(?:ing|ers?) | car\sbombings? | dirty\sbombs?
            | (?:attack|attacking|bomb|bombing)\s(?:a\s|the\s)?(?:embass(?:y|ies)|subway|parliament|power\sgrid|airport|stadium|marathon|water\ssupply) | beheading\svideos? | martyrdom\s(?:operations?|videos?) | caliphate | guerrilla\sattacks? | insurgents? | 9/11\s(?:attacks?|hijackers?)
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "self_harm_suicide",
        regex: r"(?x)(?-u:\b)(?:
            suicidal | (?:commit(?:ted|ting|s)?|attempt(?:ed|ing|s)?|contemplat(?:e|ed|ing|es)|consider(?:ed|ing|s)?|about|died\sby|by|assisted|of|thinking\sof|tried|to|teen|painless)\ssuicide | suicide\s(?:attempts?|notes?|prevention|hotline|ideation|pacts?|methods?|risk|plans?|thoughts|watch|letter|helpline|rates?)
            | kill(?:ing|ed|s)?\s(?:myself|himself|herself|yourself|themselves) | end(?:ing|ed|s)?\s(?:my|his|her|their|your)\s(?:own\s)?(?:life|lives) | end\sit\sall | (?:take|taking|taken|took|takes)\s(?:my|his|her|their|your)\sown\sli(?:fe|ves)
            | self[\s-]harm(?:ing|ed|s)? | self[\s-]injur(?:y|ies|ious|ing) | self[\s-]mutilat(?:e|ion|ing) | cut(?:ting|s)?\s(?:myself|herself|himself|themselves)\s(?:again|on\spurpose|when|to\s(?:feel|cope)|every|because|with|at\snight|in\ssecret) | cut(?:ting)?\s(?:my|her|his)\s(?:wrists?|arms?|thighs?)
            | (?:hurt|hurting|harm|harming|hang|hanged|hanging|drown|drowned|drowning|burn|burning|starve|starving|poison|shoot|shot)\s(?:myself|himself|herself|yourself|themselves)
            | overdos(?:ed|ing)\s(?:on|with) | (?:take|took|taking|fatal|lethal|intentional|deliberate|drug|pill|an|how\sto)\soverdose | wan(?:t|ted|ts)\sto\sdie | wanna\sdie | (?:wish|wished)\s(?:i|he|she)\s(?:was|were)\s(?:dead|never\sborn) | better\soff\s(?:dead|without\sme) | (?:no|any)\sreason\s(?:to\slive|to\sgo\son\sliving|for\sliving)
            | (?:don't|do\snot|doesn't|didn't)\swant\sto\s(?:live|be\salive|exist|wake\sup|be\shere)(?:\sany\s?more)? | (?:rather|should)\s(?:be|just\sbe)\sdead | unaliv(?:e|ed|ing) | jump(?:ing|ed)?\s(?:off|from)\s(?:a|the|that)\s(?:bridge|roof|building|cliff|balcony) | slit(?:ting)?\s(?:my|her|his)\swrists? | life\s(?:isn't|is\snot|isn’t)\sworth\sliving
            | swallow(?:ed|ing)?\s(?:all\s)?(?:the|my|a\sbottle\sof|his|her)\s?(?:pills|sleeping\spills)
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "illegal_activities",
        regex: r"(?x)(?-u:\b)(?:
            money[\s-]launder(?:ing|ers?) | launder(?:ed|ing)?\s(?:money|cash|funds|the\smoney|the\scash|drug|dirty|his|her|my|proceeds) | drug\s(?:deal(?:ers?|ing)|traffick(?:ing|ers?)|smuggl(?:ing|ers?)|cartels?|mules?|ring|lab) | (?:sell|selling|buy|buying|deal|dealing|smuggle|smuggling)\s(?:illegal\s)?drugs
            | cocaine | heroin | methamphetamine | (?:crystal|cook|cooking|make|buy|sell|smoking)\smeth | meth\slabs? | fentanyl | (?:human|sex|child|arms|organ|wildlife)\straffick(?:ing|ers?) | smuggl(?:e|ed|ing|ers?)\s(?:people|migrants|drugs|weapons|cigarettes|goods|guns|cash|gold|it\spast|them\sacross|across)
            | (?:people|migrant|cigarette|gold|human)\s(?:smuggling|smugglers?) | counterfeit(?:ing|ers?)?\s(?:money|bills?|currency|notes?|cash|goods|documents?|passports?|medicines?|watches|handbags) | fake\s(?:ids?|passports?|driver'?s\slicen[cs]es?|documents|money|prescriptions?|diplomas?|invoices)
            | stolen\s(?:credit\scards?|goods|cars?|identit(?:y|ies)|card\snumbers|credentials|property) | (?:credit\scard|insurance|wire|securities|mail|bank|tax|welfare|mortgage|medicare|election|cheque|check)\sfraud | identity\s(?:theft|thie(?:f|ves)) | tax\sevasion | evad(?:e|ing)\s(?:taxes|tax|customs) | insider\strading
            | brib(?:e|ed|ery|ing) | (?:a|the|take|took|accept)\sbribes? | bribes | blackmail(?:ed|ing|er)? | extort(?:ed|ing|ion)? | embezzl(?:e|ed|ing|ement|er) | kickbacks? | rob(?:bed|bing)?\s(?:a|the|that)\s(?:local\s)?(?:bank|store|shop|house|jewel(?:ry|er)|train|pharmacy|gas\sstation) | (?:armed|bank)\srobber(?:y|ies|s)
            | shoplift(?:ed|ing|ers?)? | burglar(?:y|ies|s|ize|ized)? | break(?:ing)?\sinto\s(?:a|the|someone's|my\sneighbou?r's|his|her|people's|cars|houses|homes)(?:\s(?:house|home|car|office|apartment|safe|building|store))? | (?:steal|stole|stealing)\s(?:a|the|someone's|his|her|my\sneighbou?r's|cars?|packages|credit)(?:\s(?:car|bike|identity|wallet|credit\scards?|package|password|purse|money))
            | hot-?wir(?:e|ed|ing)\s(?:a|the)\s(?:car|truck|motorcycle) | hack(?:ing|ed)?\sinto\s(?:a|the|my|his|her|someone's|their|another) | hit\s?m[ae]n | contract\skill(?:er|ing|ers) | ponzi\sschemes? | forg(?:e|ed|ing)\s(?:a|my|his|her|the|someone's)\s(?:signatures?|checks?|cheques?|prescriptions?|passports?|documents?|will|certificate)
            | (?:dark\s?web|darknet)\smarkets? | phishing\s(?:kits?|campaigns?|pages?|scam) | (?:write|build|deploy|spread|sell)\s(?:a\s)?(?:ransomware|malware|keylogger) | chop\sshops? | poach(?:ed|ing|ers)?\s(?:rhinos?|elephants?|ivory|endangered|tigers?)
        )(?-u:\b)",
        ..PLAIN
    },
    Prebuilt {
        name: "harassment_hate",
        regex: r"(?x)(?-u:\b)(?:
            harass(?:ed|es|ing|ment|ers?)? | bull(?:ied|ying) | cyber-?bull(?:y|ied|ying|ies) | bullies | hate\s(?:speech|crimes?|groups?|mail|messages|campaigns?) | hateful\s(?:comments?|messages?|slurs?|conduct|content|remarks?) | (?:racial|ethnic|homophobic|antisemitic|racist|sexist)\s(?:slurs?|jokes?|insults?|remarks?|abuse|comments?)
            | racis[mt]s? | sexis[mt]s? | homophob(?:ia|ic|es?) | transphob(?:ia|ic) | misogyn(?:y|ists?|istic) | xenophob(?:ia|ic) | anti-?semit(?:ism|ic|es?) | islamophob(?:ia|ic) | bigots? | bigoted | bigotry | white\ssuprem(?:acy|acists?) | neo-?nazis? | ethnic\scleansing | subhumans?
            | (?:all|those|these|dirty|filthy|stupid|lazy)\s(?:immigrants?|foreigners?|muslims|jews|blacks|gays|women|men|mexicans|arabs|asians|refugees|christians|gypsies|migrants)\s(?:should\s(?:die|leave|be\s[a-z]{3,12}|go\saway|not\sexist)|must\s(?:die|leave|go)|deserve|are\s(?:all\s)?(?:vermin|animals|criminals|inferior|trash|scum|the\ssame|thieves|parasites|liars|lazy|stupid|disgusting))
            | go\sback\s(?:to|where)\s(?:your|their|you)\s(?:own\s)?(?:country|came\sfrom) | hate\s(?:all\s)?(?:women|men|jews|muslims|christians|immigrants|foreigners|gays|black\speople|white\speople|asians|refugees|mexicans|arabs|trans\speople|gypsies|migrants)
            | you(?:'re|\sare)\s(?:such\s)?(?:an?\s)?(?:complete\s|total\s|fucking\s|stupid\s|pathetic\s|worthless\s|fat\s|ugly\s|absolute\s|real\s)?(?:idiots?|morons?|worthless|pathetic|disgusting|retard(?:ed)?|losers?|scum|trash|stupid|ugly|imbecile|freak|pig|waste\sof\s(?:space|air|oxygen|skin)|piece\sof\s(?:shit|garbage|trash))
            | (?:nobody|no\sone)\s(?:likes|wants|loves|would\smiss)\syou | (?:go\s)?kill\syourself | kys | doxx?(?:ed|ing|es)?\s(?:him|her|you|me|them|my|someone|people|journalists?) | doxxing | stalk(?:ed|ing|s|er)?\s(?:me|him|her|my|his|ex|women|online) | unwanted\s(?:advances|touching|sexual|attention|messages) | revenge\sporn | creepy\smessages | verbal(?:ly)?\sabus(?:e|ed|ive|ing)
        )(?-u:\b)",
        ..PLAIN
    },
];
