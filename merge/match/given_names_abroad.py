"""One given name in the languages of Europe and the Levant, and as registers wrote it in Latin.

Who emigrates or is entered by another clerk is called by another form of the name (Jan, Johannes, Juan, John), or by
the name that people from there took by custom (Stanislaw and Stanley, Dimitrios and James).
"""

FORMS = """
john jan johan johann johannes joannes jean juan giovanni gianni joao ivan ioan ioannis yannis yiannis giannis janos
jovan hans jens yuhanna sean ian evan ewan johnny | joseph josef jozef giuseppe jose josephus josip iosif yosef yusuf
yousef youssef jossel yossel josel peppe sepp joe | george georg georges georgius jorge giorgio jerzy jiri juraj
gyorgy georgios yeorgios girgis jirjis jurgen jorgen yuri | james jacobus jacob jakob jakub jaime diego santiago
giacomo iago jacques iakovos yaakov yankel seamus hamish jim jimmy | michael michel michele miguel mikael mikhail
mikhael michal mihaly mihail michalis mike mickey | peter petrus pedro pietro piero pierre piotr petr peder pyotr
petros panagiotis panayiotis butrus peadar pete | paul paulus pablo paolo pavel pawel pal paavo pavlos pavlo boulos
bulus pol | anthony antony antonius antonio antoine anton antoni antal antonis antonios tony toni | francis franciscus
francisco francesco francois franz frans franciszek frantisek ferenc francesc frank pancho paco | charles carolus
carlos carlo karl carl karel karol karoly charlie | louis lewis ludovicus aloysius luis luigi ludwig lodewijk ludwik
ludvik lajos alois lou | henry henricus enrique enrico henri heinrich hendrik henryk henrik jindrich harry | william
gulielmus guilielmus guillermo guglielmo guillaume wilhelm willem vilhelm wilhem viliam liam bill will | thomas
thomasius tomas tommaso tomasz tamas thoma athanasios thanasis tom | stephen steven stephanus esteban stefano etienne
stefan szczepan stepan istvan stefanos efstathios steve | andrew andreas andres andrea andre andrzej andrej ondrej
andras andriy anders | matthew matthaeus mateo matteo mathieu matthias mateusz matej mate matthaios matt | nicholas
nicolaus nicolas nicola niccolo nikolaus mikolaj nikolay nikola mikulas miklos nikolaos nikos niels claus klaus nick |
lawrence laurence laurentius lorenzo laurent lorenz wawrzyniec vavrinec lorinc lars laurits larry | vincent vincentius
vicente vincenzo wincenty vincenc vinnie vince | dominic dominicus domingo domenico dominique dominik dom | salvatore
salvador salvator sal | samuel samuele shmuel szmul samu sam | daniel daniele danilo danil dan | david davide dawid
dovid daud dawud davud dave | abraham abram avram avraham avrum ibrahim ibraheem brahim abe | isaac isaak yitzhak
itzik icek izaak ishaq isidore irving ike | moses moshe moishe mojsze musa moise mozes morris max | solomon shlomo
salomon sulayman suleiman szlama sol | aaron aharon aron harun | benjamin binyamin beniamino benjamim benyamin ben |
jeremiah jeremias geremia yirmiyahu darby jerry | joachim joaquin gioacchino joaquim | eugene eugenio eugen evgeny
yevgeny eugeniusz gene | edward eduardo edoardo edouard eduard edvard edmund edmond ned ted ed | frederick fridericus
federico frederic friedrich fryderyk bedrich frigyes fredrik fritz fred | ferdinand fernando ferdinando ferdynand
nandor hernando | gabriel gabriele gabor gavriil | gregory gregorius gregorio gregoire gregor grzegorz grigory
grigorios gergely greg | ignatius ignacio ignazio ignace ignaz ignacy ignac nacho | philip philippus felipe filippo
philippe philipp filip fulop filippos phil | ralph rafael raphael raffaele rafal | raymond raimundo ramon raimondo ray
| richard ricardo riccardo ryszard dick | robert roberto ruprecht rupert bob | roger rogelio ruggero rudiger | rudolph
rodolfo rudolf rezso | albert alberto adalbert adalbertus wojciech vojtech bela | alexander alejandro alessandro
alexandre aleksander aleksandr alexandros sandor iskander alex | alphonse alfonso alphonso alfons | ambrose ambrosio
ambrogio | arthur arturo artur arturs | augustine augustinus agustin agostino august augusto gus | bartholomew
bartholomaeus bartolome bartolomeo bartlomiej barthelemy bart | basil basilius basilio vasily vasilios vassilios
vasilis bazyli bill | bernard bernardus bernardo bernhard bernat barney | casimir casimirus kazimierz kazys |
christian christianus cristian karsten krystian | christopher christophorus cristobal cristoforo christophe christoph
krzysztof krystof chris | clement clemens clemente klemens kelemen | constantine constantinus constantino konstantin
konstantinos costas kostas gus | cornelius cornelio cornelis kornel con neil | demetrius demetrio dimitrios dimitris
dmitry demetrios jim james | dennis denis dionysius dionisio dionysios denys | elias elijah eliahu ilyas ilya ilie |
emanuel immanuel manuel manuele emmanouil manolis manny | ernest ernesto ernst ernestus erno | felix feliks felice
felicjan | hugh hugo ugo hugues hughie | hyman chaim haim khaim | julius julio giulio jules juliusz gyula | justin
justinus justino giustino justyn | leo leon leone lev | leonard leonardo lienhard leonhard len | ladislaus ladislav
wladyslaw laszlo ladislao vladislav walter | stanislaus stanislav stanislaw estanislao stan stanley | boleslaus
boleslaw bolek | louis eliezer leizer lejzor lazar | lazarus lazaro lazzaro lazar | luke lucas luca lukas lukasz luc |
marcel marcellus marcelo marcello | mark marcus marcos marco marc marek markus | martin martinus martino marcin marton
maarten | maurice mauricio maurizio moritz | max mordechai mordecai motel | mendel menachem emanuel | patrick
patricius patritius patricio patrizio padraig pasquale pat | pascal pasquale pascual paschalis | roman romanus romano
| sebastian sebastianus sebastiano sebastien sebestyen | sigismund zygmunt sigmund zikmund | theodore theodorus
teodoro theodor fyodor teodor theodoros ted | timothy timotheus timoteo tadhg thade tim | victor viktor vittorio
wiktor vic | xavier javier saverio | zvi hersh hirsch harry | louis leib yehuda judah leo | mary maria marie marya
marija maryam mariam miriam mariana marianna maire mariya mirel mollie polly | anna ann anne hannah hana chana ana
hanna channah annie nancy | elizabeth elisabeth elisabetha isabel isabella elisabetta elzbieta alzbeta erzsebet
elisaveta bessie betty eliza lizzie | catherine katherine catharina catalina caterina katarina katarzyna katerina
katalin aikaterini ekaterina yekaterina kate katie | margaret margareta margarita margherita marguerite malgorzata
marketa margit margarethe maggie peggy | joan joanna johanna juana giovanna jeanne jana jane ioanna siobhan jennie |
josephine josepha josefa giuseppa giuseppina jozefa josie | theresa teresa therese terezia teresia tessie terry |
frances francisca francesca franciszka frantiska fanny fannie | helen helena elena eleni ilona olena ellen nellie lena
| agnes agnieszka ines anezka agnesa | lucy lucia luzia lucie lucja | rose rosa roza rozalia rosalia rosario rosie |
sophia sofia zofia sophie sonia | susan susanna susana zuzanna zuzana zsuzsanna shoshana sue | sarah sara sura sadie
sally | rebecca rebeca rivka rywka becky | rachel raquel rochel ruchel rachele rae | leah lea laja lena | esther ester
estera esterka essie | deborah debora dvora dwojra dora | ruth rut | eve eva ewa hava chava | judith judit giuditta
yehudit judyta | julia giulia juliana julianna julie | barbara borbala varvara barbora | bridget brigid brigida
birgitta bride biddy delia | cecilia cecylia cecile caecilia celia | christina cristina krystyna kristina kirsten tina
| clara klara chiara claire | dorothy dorothea dorota dorotea dora | emily emilia amalia amelie | felicity felicitas
felicita | florence fiorenza florentina | grace gratia grazia gracia | gertrude gertrudis gertruda | hedwig jadwiga
hedvika eduvigis | honora honoria nora nore | irene irena irina eirini | louise luisa luigia ludwika aloysia |
magdalene magdalena maddalena madeleine madlen | martha marta | matilda mathilde matylda | monica monika | natalie
natalia nathalie natalya | pauline paola paulina | philomena filomena minnie | sylvia silvia | ursula orsola urszula
orsolya | veronica weronika veronika | victoria wiktoria vittoria viktoria | vasiliki vassiliki bessie vicky |
concetta concepcion concha connie tina | carmela carmen carmelita millie | guadalupe lupe | dolores lola | angela
angelina angeliki angelica angie | sophie sophia fie fieke | christine christina kirstine kirsten stine tine
christiane | katharina cathrine kathrine trine trina karen karin kate | margaretha margrethe margarete grethe grete
gretje greta meta mette merete | johannes johann hans hannes jens jes johan hanns | friedrich frederik frederick fritz
fiete frits frederic | heinrich henrik hinrich heine henry heini | nikolaus nicolai niels nis nils claus klaus klas
clas | peter peder per petter | lorenz lorentz laurits lauritz laurids lars laue lasse | karl carl kalle | wilhelm
vilhelm willy wille | wilhelmine vilhelmine mine minna mina | jurgen jorgen georg jorn jens | anna ane anne antje anke
anni | maria marie maren mieke mie mia marike | elisabeth lisbeth else elsa ilse lise elsbeth lisa | cacilie cecilie
cecilia sesselia cille zilli sidsel | dorothea dorthe dorte thea dorit | friederike friedericke rikke frieda rike |
karoline caroline line lina | magdalena malene lena magda lene | brigitta birgitte brigitte birgit gitte bitte |
bothilde botilla bodil | simon siem simen | matthias mathias mathies thies mads matz | andreas anders andres | paul
poul | christian kristian karsten carsten krischan chresten chris | jakob jacob jeppe jep | martin morten marten |
erasmus asmus rasmus | detlef detlev ditlev | johanna johanne hanne hanna | helene helena lene | gertrud gjertrud
gesche gerda | stephan steffen stefan steffens | august gust | ernst ernestus | regina gine | albrecht albert adalbert
"""
"""Groups of forms, apart from one another by strokes; a group goes on in the next line."""
